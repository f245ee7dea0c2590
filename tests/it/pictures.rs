//! The pictures in assets/ match the screens: the program that made them draws them again here.

#[path = "../../assets/drawing/palette.rs"]
mod palette;
#[path = "../../assets/drawing/screens.rs"]
mod screens;
#[path = "../../assets/drawing/shapes.rs"]
mod shapes;
#[path = "../../assets/drawing/svg.rs"]
pub(crate) mod svg;

use std::path::Path;

#[test]
fn every_picture_shows_the_current_screen() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    let (mut stale, mut sums) = (Vec::new(), String::new());
    for (name, day, keys, title) in screens::PICTURES {
        for (width, height, _) in screens::SIZES {
            let file = format!("{name}-{width}x{height}");
            let drawn = svg::draw(&screens::screen(day, keys, width, height).unwrap(), title);
            if std::fs::read_to_string(folder.join(format!("{file}.svg"))).ok().as_ref() != Some(&drawn) {
                stale.push(format!("{file}.svg"));
            }
            if screens::AS_PNG.contains(&name) {
                assert!(folder.join(format!("{file}.png")).is_file(), "{file}.png is missing: run assets/make");
                sums += &screens::line(&format!("{file}.png"), &drawn);
            }
        }
    }
    assert!(stale.is_empty(), "run assets/make, these show another screen: {}", stale.join(", "));
    let kept = std::fs::read_to_string(folder.join("png.sums")).unwrap();
    assert_eq!(kept, sums, "a PNG was not made from its SVG: run assets/make");
}
