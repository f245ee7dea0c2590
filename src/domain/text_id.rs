//! Identifiers of the roadmap file: a text with a type of its own.

/// Defines an identifier.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $crate::domain::Text);

        impl $name {
            /// Makes one of a text.
            pub fn new(text: &str) -> Self {
                Self($crate::domain::Text::new(text))
            }

            /// Returns the spelling of the file.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

pub(super) use text_id;
