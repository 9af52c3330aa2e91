//! Pictures that are drawn, not photographed: layered hills, a sea with a sun, and plain shapes.

use super::prose::Dice;

pub const WIDTH: u16 = 1600;
pub const HEIGHT: u16 = 1000;
const QUALITY: u8 = 84;

type Colour = [f32; 3];

/// Sky above, sky below, land far, land near, light.
const PALETTES: [[Colour; 5]; 7] = [
    [[34., 53., 84.], [236., 178., 140.], [126., 112., 132.], [28., 38., 58.], [255., 226., 180.]],
    [[150., 190., 210.], [240., 236., 220.], [142., 164., 150.], [52., 78., 70.], [255., 250., 232.]],
    [[222., 214., 196.], [246., 240., 226.], [176., 152., 122.], [92., 70., 58.], [214., 96., 62.]],
    [[18., 30., 52.], [72., 102., 134.], [44., 68., 96.], [10., 18., 32.], [236., 236., 214.]],
    [[242., 198., 170.], [250., 230., 206.], [206., 138., 122.], [94., 58., 76.], [252., 244., 220.]],
    [[116., 150., 160.], [214., 222., 214.], [96., 128., 124.], [36., 58., 62.], [250., 214., 120.]],
    [[200., 206., 216.], [238., 238., 236.], [138., 146., 164.], [58., 66., 86.], [230., 120., 92.]],
];

/// A JPEG of [`WIDTH`] × [`HEIGHT`] pixels.
///
/// # Errors
/// None in practice: the encoder writes into memory.
pub fn draw(dice: &mut Dice) -> Result<Vec<u8>, jpeg_encoder::EncodingError> {
    let palette = dice.pick(&PALETTES).copied().unwrap_or(PALETTES[0]);
    let scene = Scene::new(palette, dice);
    let mut pixels = Vec::with_capacity(usize::from(WIDTH) * usize::from(HEIGHT) * 3);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let colour = scene.at(f32::from(x) / f32::from(WIDTH), f32::from(y) / f32::from(HEIGHT));
            let grain = grain(x, y);
            pixels.extend(colour.map(|channel| to_byte(channel + grain)));
        }
    }
    let mut bytes = Vec::new();
    jpeg_encoder::Encoder::new(&mut bytes, QUALITY).encode(&pixels, WIDTH, HEIGHT, jpeg_encoder::ColorType::Rgb)?;
    Ok(bytes)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn to_byte(channel: f32) -> u8 {
    channel.clamp(0.0, 255.0) as u8
}

/// A little noise, so that gradients do not band.
fn grain(x: u16, y: u16) -> f32 {
    let mixed = (u32::from(x).wrapping_mul(374_761_393)).wrapping_add(u32::from(y).wrapping_mul(668_265_263));
    let mixed = (mixed ^ (mixed >> 13)).wrapping_mul(1_274_126_177);
    f32::from(u8::try_from(mixed >> 24).unwrap_or(0)) / 64.0 - 2.0
}

struct Layer {
    height: f32,
    waves: [(f32, f32, f32); 3],
    colour: Colour,
}

struct Scene {
    palette: [Colour; 5],
    sun: (f32, f32, f32),
    layers: Vec<Layer>,
    /// Where a sea begins, if there is one.
    horizon: Option<f32>,
}

impl Scene {
    fn new(palette: [Colour; 5], dice: &mut Dice) -> Self {
        let sun = (0.15 + 0.7 * dice.fraction(), 0.2 + 0.28 * dice.fraction(), 0.05 + 0.06 * dice.fraction());
        let horizon = dice.chance(45).then(|| 0.55 + 0.12 * dice.fraction());
        let count: u16 = if horizon.is_some() { 2 } else { 5 };
        let [_, _, far, near, _] = palette;
        let layers = (0..count)
            .map(|number| {
                let depth = f32::from(number) / f32::from(count.max(2) - 1);
                let base = if horizon.is_some() { 0.80 } else { 0.5 };
                let mut wave = |scale: f32| {
                    (
                        scale * (0.4 + dice.fraction()),
                        2.0 + 9.0 * dice.fraction() / (scale * 30.0),
                        6.3 * dice.fraction(),
                    )
                };
                Layer {
                    height: base + 0.4 * depth * (1.0 - base),
                    waves: [wave(0.06), wave(0.03), wave(0.012)],
                    colour: mix(far, near, depth),
                }
            })
            .collect();
        Self { palette, sun, layers, horizon }
    }

    fn at(&self, x: f32, y: f32) -> Colour {
        let [above, below, far, near, light] = self.palette;
        let mut colour = mix(above, below, (y * 1.5).min(1.0));
        let (sun_x, sun_y, radius) = self.sun;
        let distance = ((x - sun_x) * 1.6).hypot(y - sun_y);
        let glow = (1.0 - distance / 0.55).max(0.0);
        colour = mix(colour, light, glow * glow * 0.45);
        colour = mix(colour, light, ((radius - distance) * 220.0).clamp(0.0, 1.0) * 0.95);
        if let Some(horizon) = self.horizon.filter(|horizon| y > *horizon) {
            let depth = (y - horizon) / (1.0 - horizon);
            let ripple = ((y * 260.0 + (x * 9.0).sin() * 3.0).sin() * (1.0 - depth) * 0.12).max(0.0);
            colour = mix(mix(below, far, 0.35 + 0.4 * depth), near, depth * 0.6);
            let path = (1.0 - ((x - sun_x).abs() / (0.04 + 0.16 * depth))).max(0.0);
            colour = mix(colour, light, path * 0.35 + ripple);
        }
        for layer in &self.layers {
            let edge = layer.height
                - layer.waves.iter().map(|(size, turns, shift)| size * (x * turns + shift).sin()).sum::<f32>();
            let cover = ((y - edge) * 400.0).clamp(0.0, 1.0);
            // Mist gathers at the foot of each ridge.
            let mist = ((y - edge) * 2.2).clamp(0.0, 0.35);
            colour = mix(colour, mix(layer.colour, below, mist), cover);
        }
        colour
    }
}

fn mix(from: Colour, to: Colour, part: f32) -> Colour {
    let part = part.clamp(0.0, 1.0);
    let [a, b, c] = from;
    let [d, e, f] = to;
    [a + (d - a) * part, b + (e - b) * part, c + (f - c) * part]
}
