//! What a camera or a picture agency wrote into an image file.

/// EXIF and IPTC in the terms of WordPress's `image_meta`. Empty where the file says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageMeta {
    /// The f-number: `2.8`.
    pub aperture: String,
    /// Photographer or agency.
    pub credit: String,
    pub camera: String,
    pub caption: String,
    /// When it was taken, in seconds since 1970. Cameras do not say where, so their clock counts as UTC.
    pub created_timestamp: Option<i64>,
    pub copyright: String,
    /// In millimetres.
    pub focal_length: String,
    pub iso: String,
    /// In seconds: `0.004`.
    pub shutter_speed: String,
    pub title: String,
    pub keywords: Vec<String>,
}

impl ImageMeta {
    /// `None` where nothing is said.
    pub fn unless_empty(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}
