//! Sources: made, changed, rotated, deleted; their secrets opened for who checks deliveries.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use base64::Engine as _;
use perennial_kernel::Instant;

use super::{Door, DoorError, DoorResult, Shared};
use crate::access::{new_secret, same};
use crate::engine::{OWN_SOURCE, Refusal};
use crate::port::source::SourceRow;

const NAME_BYTES_MAX: usize = 40;
const LABEL_CHARS_MAX: usize = 100;
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 8..=500;
const SETTING_BYTES_MAX: usize = 500;
/// Another node's change to a source is seen after this long.
const CAST_FRESH: Duration = Duration::from_secs(2);
/// How long the secret before a rotation is still taken, when nothing else is asked.
pub const OVERLAP_HOURS: u32 = 24;
/// And at most.
pub const OVERLAP_HOURS_MAX: u32 = 30 * 24;

/// Which reader understands what a source sends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    Segment,
    Shopify,
    Woocommerce,
    Youzan,
    Douyin,
    /// Generic Standard Webhooks.
    Standard,
}

impl Kind {
    pub const ALL: [Self; 6] = [Self::Segment, Self::Shopify, Self::Woocommerce, Self::Youzan, Self::Douyin, Self::Standard];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Segment => "segment",
            Self::Shopify => "shopify",
            Self::Woocommerce => "woocommerce",
            Self::Youzan => "youzan",
            Self::Douyin => "douyin",
            Self::Standard => "standard",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What it may be told besides its secret.
    pub fn settings(self) -> &'static [&'static str] {
        match self {
            // Which kind of identity `userId` is; how many events a second are taken at most.
            Self::Segment => &["user_id_kind", "events_per_second"],
            Self::Shopify => &["shop"],
            Self::Woocommerce | Self::Standard => &[],
            Self::Youzan => &["client_id"],
            Self::Douyin => &["app_key"],
        }
    }

    /// A secret of our own making; `None` where only the shop's own will do.
    fn own_secret(self) -> Result<Option<String>, getrandom::Error> {
        Ok(match self {
            Self::Segment => Some(new_secret("wk_")?[..35].to_owned()),
            Self::Woocommerce => Some(new_secret("")?[..40].to_owned()),
            Self::Standard => {
                let mut bytes = [0; 32];
                getrandom::fill(&mut bytes)?;
                Some(format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(bytes)))
            }
            Self::Shopify | Self::Youzan | Self::Douyin => None,
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceState {
    On,
    /// Deliveries are turned away.
    Off,
}

impl SourceState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::On, Self::Off].into_iter().find(|state| state.as_str() == text)
    }
}

/// A source as who checks deliveries needs it. Lives in memory only.
#[derive(Clone)]
pub struct Opened {
    pub name: String,
    pub kind: Kind,
    pub state: SourceState,
    /// Those that are taken now: the current one first, then during an overlap the one before.
    pub secrets: Vec<String>,
    pub settings: BTreeMap<String, String>,
}

impl Opened {
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }

    /// Compared in constant time.
    pub fn has_secret(&self, given: &str) -> bool {
        self.secrets.iter().fold(false, |found, secret| same(secret.as_bytes(), given.as_bytes()) | found)
    }
}

/// What a new source is made of.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NewSource {
    pub name: String,
    pub kind: String,
    pub label: String,
    /// The shop's own secret; `None` for one of our making.
    pub secret: Option<String>,
    pub settings: BTreeMap<String, String>,
}

/// What is to be changed; `None` leaves it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changed {
    pub label: Option<String>,
    pub state: Option<String>,
    pub settings: Option<BTreeMap<String, String>>,
}

/// A source with its secret, which is told now and never again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    pub row: SourceRow,
    pub secret: String,
}

/// The opened sources, read again when they are no longer fresh.
#[derive(Default)]
pub(super) struct Cast {
    read_at: Option<Moment>,
    sources: Arc<BTreeMap<String, Held>>,
}

struct Held {
    opened: Opened,
    previous_until: Option<Instant>,
}

impl Door {
    pub fn create_source(&self, by: &str, new: &NewSource) -> DoorResult<Made> {
        let kind = Kind::parse(&new.kind).ok_or_else(|| refused("source.kind", "is no kind of source", "不是数据来源的类型"))?;
        check_name(&new.name)?;
        check_label(&new.label)?;
        check_settings(kind, &new.settings)?;
        let secret = match &new.secret {
            Some(secret) => checked_secret(secret)?,
            None => kind.own_secret()?.ok_or_else(secret_missing)?,
        };
        let house = &self.shared.house;
        let row = SourceRow {
            name: new.name.clone(),
            kind: kind.as_str().to_owned(),
            label: new.label.trim().to_owned(),
            state: SourceState::On.as_str().to_owned(),
            secret: house.secrets().seal_blob(&place(&new.name), secret.as_bytes())?,
            previous: Vec::new(),
            previous_until: None,
            settings: serde_json::to_string(&new.settings).expect("maps of strings serialise"),
            created_at: house.now(),
        };
        if !house.desk().add_source(&row)? {
            return Err(refused("source.name_taken", "there is a source of this name", "已有同名数据来源"));
        }
        self.forget_cast();
        house.audit(by, "source_created", &format!("{} {}", row.name, row.kind))?;
        Ok(Made { row, secret })
    }

    pub fn source_row(&self, name: &str) -> DoorResult<SourceRow> {
        self.shared.house.desk().source(name)?.ok_or_else(unknown)
    }

    pub fn change_source(&self, by: &str, name: &str, changed: &Changed) -> DoorResult<SourceRow> {
        let mut row = self.source_row(name)?;
        if let Some(label) = &changed.label {
            check_label(label)?;
            label.trim().clone_into(&mut row.label);
        }
        if let Some(state) = &changed.state {
            let state = SourceState::parse(state).ok_or_else(|| refused("source.state", "a state is on or off", "状态须为 on 或 off"))?;
            state.as_str().clone_into(&mut row.state);
        }
        if let Some(settings) = &changed.settings {
            check_settings(kind_of(&row)?, settings)?;
            row.settings = serde_json::to_string(settings).expect("maps of strings serialise");
        }
        self.shared.house.desk().update_source(&row)?;
        self.forget_cast();
        self.shared.house.audit(by, "source_changed", &format!("{name} {}", row.state))?;
        Ok(row)
    }

    /// A new secret; the one before is taken for `overlap_hours` more, so that senders can be changed one by one.
    pub fn rotate_source(&self, by: &str, name: &str, secret: Option<&str>, overlap_hours: u32) -> DoorResult<Made> {
        let mut row = self.source_row(name)?;
        if overlap_hours > OVERLAP_HOURS_MAX {
            let (en, zh) = ("an overlap is at most 720 hours", "新旧密钥并用时间最长 720 小时");
            return Err(refused("source.overlap", en, zh));
        }
        let secret = match secret {
            Some(secret) => checked_secret(secret)?,
            None => kind_of(&row)?.own_secret()?.ok_or_else(secret_missing)?,
        };
        let house = &self.shared.house;
        row.previous = std::mem::replace(&mut row.secret, house.secrets().seal_blob(&place(name), secret.as_bytes())?);
        row.previous_until = Some(house.now().plus_ms(i64::from(overlap_hours) * 3_600_000));
        if overlap_hours == 0 {
            (row.previous, row.previous_until) = (Vec::new(), None);
        }
        house.desk().update_source(&row)?;
        self.forget_cast();
        house.audit(by, "source_rotated", &format!("{name} overlap_hours={overlap_hours}"))?;
        Ok(Made { row, secret })
    }

    /// What it brought stays; from now on it brings nothing more.
    pub fn delete_source(&self, by: &str, name: &str) -> DoorResult<()> {
        if !self.shared.house.desk().delete_source(name)? {
            return Err(unknown());
        }
        self.forget_cast();
        Ok(self.shared.house.audit(by, "source_deleted", name)?)
    }

    /// The source of this name, with its secrets; `None` when there is none.
    pub fn opened(&self, name: &str) -> DoorResult<Option<Opened>> {
        let now = self.shared.house.now();
        Ok(self.shared.cast()?.get(name).map(|held| held.at(now)))
    }

    /// The Segment source whose write key this is.
    pub fn by_write_key(&self, key: &str) -> DoorResult<Option<Opened>> {
        let now = self.shared.house.now();
        let cast = self.shared.cast()?;
        let segment = cast.values().filter(|held| held.opened.kind == Kind::Segment).map(|held| held.at(now));
        Ok(segment.fold(None, |found, opened| if opened.has_secret(key) { Some(opened) } else { found }))
    }

    fn forget_cast(&self) {
        self.shared.cast.lock().expect("no thread panics while holding this lock").read_at = None;
    }
}

impl Held {
    fn at(&self, now: Instant) -> Opened {
        let mut opened = self.opened.clone();
        if self.previous_until.is_none_or(|until| until <= now) {
            opened.secrets.truncate(1);
        }
        opened
    }
}

impl Shared {
    fn cast(&self) -> DoorResult<Arc<BTreeMap<String, Held>>> {
        let mut cast = self.cast.lock().expect("no thread panics while holding this lock");
        if cast.read_at.is_none_or(|at| at.elapsed() > CAST_FRESH) {
            let rows = self.house.desk().sources()?;
            let held = rows.iter().filter_map(|row| Some((row.name.clone(), self.held(row)?)));
            cast.sources = Arc::new(held.collect());
            cast.read_at = Some(Moment::now());
        }
        Ok(Arc::clone(&cast.sources))
    }

    /// `None` for a row that another version or another master key wrote: it opens nothing.
    fn held(&self, row: &SourceRow) -> Option<Held> {
        let open = |sealed: &[u8]| {
            let bytes = self.house.secrets().open_blob(&place(&row.name), sealed).ok()?;
            String::from_utf8(bytes).ok()
        };
        let mut secrets = vec![open(&row.secret)?];
        if !row.previous.is_empty() {
            secrets.extend(open(&row.previous));
        }
        let opened = Opened {
            name: row.name.clone(),
            kind: Kind::parse(&row.kind)?,
            state: SourceState::parse(&row.state)?,
            secrets,
            settings: serde_json::from_str(&row.settings).ok()?,
        };
        Some(Held { opened, previous_until: row.previous_until })
    }
}

fn place(name: &str) -> String {
    format!("source {name}")
}

fn kind_of(row: &SourceRow) -> DoorResult<Kind> {
    Kind::parse(&row.kind).ok_or_else(|| refused("source.kind", "is no kind of source", "不是数据来源的类型"))
}

fn refused(code: &'static str, en: &str, zh: &str) -> DoorError {
    DoorError::Refused(Refusal { code, en: en.to_owned(), zh: zh.to_owned() })
}

fn unknown() -> DoorError {
    DoorError::NotFound(Refusal { code: "source.unknown", en: "there is no such source".into(), zh: "没有这个数据来源".into() })
}

fn secret_missing() -> DoorError {
    refused("source.secret_missing", "the shop's own secret must be given", "必须填写店铺提供的密钥")
}

fn check_name(name: &str) -> DoorResult<()> {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !name.bytes().all(word) || name == OWN_SOURCE {
        let en = "a source's name has 1 to 40 lower-case letters, digits, - and _";
        return Err(refused("source.name", en, "数据来源名称须为 1 到 40 个小写字母、数字、- 或 _"));
    }
    Ok(())
}

fn check_label(label: &str) -> DoorResult<()> {
    let label = label.trim();
    if label.is_empty() || label.chars().count() > LABEL_CHARS_MAX || label.chars().any(char::is_control) {
        return Err(refused("source.label", "a label has 1 to 100 characters", "显示名须为 1 到 100 个字符"));
    }
    Ok(())
}

fn checked_secret(secret: &str) -> DoorResult<String> {
    let secret = secret.trim();
    if !SECRET_BYTES.contains(&secret.len()) || !secret.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(refused("source.secret", "a secret has 8 to 500 visible ASCII characters", "密钥须为 8 到 500 个可见 ASCII 字符"));
    }
    Ok(secret.to_owned())
}

fn check_settings(kind: Kind, settings: &BTreeMap<String, String>) -> DoorResult<()> {
    for (name, value) in settings {
        if !kind.settings().contains(&name.as_str()) {
            return Err(refused(
                "source.setting_unknown",
                "holds a setting this kind of source does not have",
                "含有该类型数据来源没有的设置",
            ));
        }
        let fits = match name.as_str() {
            "user_id_kind" => perennial_kernel::IdentityKind::parse(value).is_some(),
            "events_per_second" => value.parse::<u32>().is_ok_and(|rate| (1..=1_000_000).contains(&rate)),
            _ => !value.is_empty() && value.len() <= SETTING_BYTES_MAX && !value.chars().any(char::is_control),
        };
        if !fits {
            return Err(DoorError::Refused(Refusal {
                code: "source.setting",
                en: format!("the setting {name} has no such value"),
                zh: format!("设置 {name} 的取值无效"),
            }));
        }
    }
    Ok(())
}
