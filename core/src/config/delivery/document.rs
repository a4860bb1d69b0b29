//! Both sections as a whole.

use serde_json::Value;

use super::{classes, profile};
use crate::asset;
use crate::config::{
    error::ConfigError,
    parse,
    problem::{Problem, ProblemCode::InvalidValue, Problems},
    reader::{At, Object},
};
use crate::delivery::{Delivery, Settings, SettingsError};

/// What a site's assets are, and what their responses say.
///
/// # Example
///
/// ```
/// use hedgerow::config::DeliveryConfig;
///
/// let parsed = DeliveryConfig::from_json(
///     r#"{
///         "classes": {"rules": [{"match": "/widget/boot.js", "class": "entry_point"}]},
///         "delivery": {
///             "cors": {"origins": ["https://www.example.com", "https://*.example.com"]},
///             "rules": [{"match": "/widget/boot.js", "pinned": true}]
///         }
///     }"#,
/// )?;
/// let delivery = parsed.config.compile()?;
/// assert_eq!(delivery.plan("/widget/boot.js").cache_control(), "public, max-age=31536000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryConfig {
    /// What is what, beyond what URLs tell.
    pub classes: asset::Settings,
    /// What responses say; `None` if the document has no such section.
    pub delivery: Option<Settings>,
}

/// The sections, and what their author should know about the document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParsedDelivery {
    /// The sections.
    pub config: DeliveryConfig,
    /// What was passed over beside the sections, or will not do what it seems to.
    pub warnings: Box<[Problem]>,
}

impl DeliveryConfig {
    /// Reads the sections out of a document, which may lack either.
    ///
    /// # Errors
    ///
    /// All that is wrong with them, each with the field's path and what to
    /// write instead. The rest of the document is not looked at.
    pub fn from_json(text: &str) -> Result<ParsedDelivery, ConfigError> {
        parse::text(text)
            .and_then(|value| read_document(&value))
            .map_err(ConfigError::new)
    }

    /// Compiles the sections; without one for delivery, by the defaults.
    ///
    /// # Errors
    ///
    /// What was changed by hand after reading may not fit together.
    pub fn compile(&self) -> Result<Delivery, DeliveryError> {
        let classes = asset::Rules::compile(&self.classes)?;
        let settings = self.delivery.clone().unwrap_or_default();
        Ok(Delivery::new(&settings, classes)?)
    }
}

/// Sections that were changed by hand do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// A pattern of `classes` was refused.
    #[error("classes refused")]
    Classes(#[from] asset::RuleError),
    /// A setting of `delivery` was refused.
    #[error("delivery refused")]
    Settings(#[from] SettingsError),
}

fn read_document(document: &Value) -> Result<ParsedDelivery, Problems> {
    let mut problems = Problems::default();
    let root = At::root(document);
    let config = root
        .object(
            "an object, {\"delivery\": {…}}",
            parse::FIELDS,
            &mut problems,
        )
        .map(|object| read(&object, &mut problems));
    match config {
        Some(config) if !problems.has_errors() => Ok(ParsedDelivery {
            config,
            warnings: problems.into_kept(),
        }),
        _ => Err(problems),
    }
}

/// Reads both sections.
pub(in crate::config) fn read(document: &Object<'_>, problems: &mut Problems) -> DeliveryConfig {
    let classes = document
        .get("classes")
        .and_then(|at| classes::read(&at, problems))
        .unwrap_or_default();
    let delivery = document
        .get("delivery")
        .and_then(|at| profile::read(&at, problems));
    if let Some(settings) = &delivery
        && !problems.has_errors_in(&["delivery"])
    {
        for problem in settings.problems() {
            let path = format!("delivery.{}", problem.field());
            problems.add(&path, InvalidValue, problem.message());
        }
    }
    DeliveryConfig { classes, delivery }
}
