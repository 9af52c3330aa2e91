//! Pictures for sample pages.

use std::{fs, path::Path};

/// Landscapes of a kind, so that pages look like pages.
pub fn write(folder: &Path) {
    let palettes = [
        ("#274060", "#9fb8ad", "#e8d7b1"),
        ("#3d2c2e", "#b56b45", "#f2d0a4"),
        ("#1b3a4b", "#4d7c8a", "#cbdfbd"),
        ("#2d3142", "#7d8597", "#ef8354"),
        ("#3a4a3f", "#8fa78f", "#e9e4d0"),
    ];
    fs::create_dir_all(folder.join("img")).unwrap();
    for id in 1..=14_usize {
        let (low, mid, sky) = palettes[id % palettes.len()];
        let (sun, hill) = (200 + id * 97 % 1200, 560 + id * 41 % 200);
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='1600' height='1067' viewBox='0 0 1600 1067'><rect width='1600' height='1067' fill='{sky}'/><circle cx='{sun}' cy='330' r='110' fill='#fff' opacity='.55'/><path d='M0 {hill} C400 {} 700 {} 1100 {hill} S1500 {} 1600 {hill} V1067 H0Z' fill='{mid}'/><path d='M0 {} C500 {} 900 {} 1600 {} V1067 H0Z' fill='{low}'/></svg>",
            hill - 190,
            hill + 120,
            hill - 130,
            hill + 180,
            hill + 60,
            hill + 330,
            hill + 140
        );
        fs::write(folder.join(format!("img/{id}.svg")), svg).unwrap();
    }
}
