//! Uploads and image sizes, against what WordPress does and through real files.

mod facts;
