//! The arithmetic of image sizes, to the pixel as WordPress does it: file names carry the results.

/// Part of the source image and the size it is brought to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resize {
    pub left: u32,
    pub top: u32,
    pub source_width: u32,
    pub source_height: u32,
    pub width: u32,
    pub height: u32,
}

/// Which part stays where the shape changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crop {
    /// Nothing is cut off: the image is fitted into the box.
    No,
    Center,
    /// Left/center/right and top/center/bottom.
    At(Place, Place),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Start,
    Middle,
    End,
}

/// WordPress's `wp_constrain_dimensions`: the largest size of the same shape within the box; 0 does not limit.
pub fn constrain(width: u32, height: u32, width_max: u32, height_max: u32) -> (u32, u32) {
    if width_max == 0 && height_max == 0 {
        return (width, height);
    }
    let shrink = |side: u32, most: u32| most > 0 && side > most;
    let (narrows, lowers) = (shrink(width, width_max), shrink(height, height_max));
    let ratio = |applies: bool, side: u32, most: u32| if applies { f64::from(most) / f64::from(side) } else { 1.0 };
    let (by_width, by_height) = (ratio(narrows, width, width_max), ratio(lowers, height, height_max));
    let (smaller, larger) = (by_width.min(by_height), by_width.max(by_height));
    let overflows = scale(width, larger) > width_max || scale(height, larger) > height_max;
    let ratio = if overflows { smaller } else { larger };
    let (mut fitted_width, mut fitted_height) = (scale(width, ratio).max(1), scale(height, ratio).max(1));
    // rounding must not miss the limit by one
    if narrows && fitted_width + 1 == width_max {
        fitted_width = width_max;
    }
    if lowers && fitted_height + 1 == height_max {
        fitted_height = height_max;
    }
    (fitted_width, fitted_height)
}

/// WordPress's `image_resize_dimensions`; `None` where no size is made because the image is not larger.
pub fn resize(width: u32, height: u32, to_width: u32, to_height: u32, crop: Crop) -> Option<Resize> {
    if width == 0 || height == 0 || (to_width == 0 && to_height == 0) {
        return None;
    }
    let too_small = match (to_width, to_height) {
        (_, 0) => width < to_width,
        (0, _) => height < to_height,
        _ => width < to_width && height < to_height,
    };
    if too_small {
        return None;
    }
    let resize = match crop {
        Crop::No => {
            let (fitted_width, fitted_height) = constrain(width, height, to_width, to_height);
            let whole = Resize { left: 0, top: 0, source_width: width, source_height: height, width: 0, height: 0 };
            Resize { width: fitted_width, height: fitted_height, ..whole }
        }
        Crop::Center => cropped(width, height, to_width, to_height, Place::Middle, Place::Middle),
        Crop::At(x, y) => cropped(width, height, to_width, to_height, x, y),
    };
    let same = resize.width.abs_diff(width) <= 1 && resize.height.abs_diff(height) <= 1;
    (!same).then_some(resize)
}

fn cropped(width: u32, height: u32, to_width: u32, to_height: u32, x: Place, y: Place) -> Resize {
    let aspect = f64::from(width) / f64::from(height);
    let mut new_width = to_width.min(width);
    let mut new_height = to_height.min(height);
    if new_width == 0 {
        new_width = round(f64::from(new_height) * aspect);
    }
    if new_height == 0 {
        new_height = round(f64::from(new_width) / aspect);
    }
    let by_width = f64::from(new_width) / f64::from(width);
    let ratio = by_width.max(f64::from(new_height) / f64::from(height));
    let source_width = round(f64::from(new_width) / ratio).clamp(1, width);
    let source_height = round(f64::from(new_height) / ratio).clamp(1, height);
    let at = |place: Place, spare: u32| match place {
        Place::Start => 0,
        Place::Middle => spare / 2,
        Place::End => spare,
    };
    let (left, top) = (at(x, width - source_width), at(y, height - source_height));
    Resize { left, top, source_width, source_height, width: new_width.max(1), height: new_height.max(1) }
}

fn scale(side: u32, ratio: f64) -> u32 {
    round(f64::from(side) * ratio)
}

fn round(value: f64) -> u32 {
    // sides and ratios are positive; the cast saturates
    value.round() as u32
}
