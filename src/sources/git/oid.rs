//! Object IDs: SHA-1 or SHA-256 hashes, as bytes.

use std::fmt;

use sha1::digest::Output;
use sha1::{Digest, Sha1};
use sha2::Sha256;

/// The hash of an object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Oid {
    bytes: [u8; 32],
    length: u8,
}

impl Oid {
    /// Creates an ID from the bytes of a hash; `None` unless there are 20 or 32.
    pub(crate) fn of_bytes(hash: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        matches!(hash.len(), 20 | 32).then_some(())?;
        bytes.get_mut(..hash.len())?.copy_from_slice(hash);
        Some(Self { bytes, length: hash.len() as u8 })
    }

    /// Parses hexadecimal digits.
    pub(crate) fn of_hex(text: &str) -> Option<Self> {
        let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        rest.is_empty().then_some(())?;
        let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
        Self::of_bytes(&bytes?)
    }

    /// Returns the bytes of the hash.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Hashes a file as Git does, with SHA-1.
    pub(crate) fn of_blob(bytes: &[u8]) -> Self {
        Self::of_bytes(&blob_hash::<Sha1>(bytes)).expect("a SHA-1 has 20 bytes")
    }

    /// Whether this is the hash of a file with these bytes. Git does not verify the hash of loose objects.
    pub(crate) fn names_blob(&self, bytes: &[u8]) -> bool {
        if self.length == 20 {
            *self == Self::of_blob(bytes)
        } else {
            blob_hash::<Sha256>(bytes).as_slice() == self.as_bytes()
        }
    }
}

fn blob_hash<D: Digest>(bytes: &[u8]) -> Output<D> {
    D::new().chain_update(format!("blob {}\0", bytes.len())).chain_update(bytes).finalize()
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_hash_of_kind_size_and_bytes() {
        let empty = Oid::of_hex("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391").unwrap();
        assert!(empty == Oid::of_blob(b"") && empty.names_blob(b"") && !empty.names_blob(b"x"));
        assert_eq!(empty.to_string(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!((Oid::of_hex("e6"), Oid::of_hex(&"g".repeat(40))), (None, None));
    }
}
