//! From text to steps. What is not understood is an error with its line, never skipped.

use perennial_kernel::{Calendar, Currency, ImportId, Instant};
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::{Brand, Counting};

use super::check;
use super::deed::{self, Deed};
use super::words::Words;
use super::{Step, Story, What};

/// Reads a story; the error names the line.
pub fn read(text: &str) -> Result<Story, String> {
    let mut reader = Reader::new();
    for (line, text) in lines(text) {
        reader.line(line, &text).map_err(|why| format!("line {line}: {why}\n  {text}"))?;
    }
    Ok(reader.story)
}

/// Lines with what continues them; comments and empty lines left out, but for the title.
fn lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut titled = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let comment = line.starts_with('#');
        if comment && titled {
            continue;
        }
        titled |= comment;
        match lines.last_mut() {
            Some((_, before)) if line.starts_with(' ') => {
                before.push(' ');
                before.push_str(line.trim());
            }
            _ => lines.push((at + 1, line.trim().to_owned())),
        }
    }
    lines
}

struct Reader {
    story: Story,
    clock: Instant,
    /// Models as last activated, to be edited by the next activation.
    models: Vec<Model>,
}

impl Reader {
    fn new() -> Self {
        let brand = Brand {
            name: "scenario".into(),
            calendar: Calendar::for_zone("Asia/Shanghai").expect("a zone"),
            currency: Currency::parse("CNY").expect("a currency"),
            life_gap_days: 180,
            counting: Counting::Days,
            fields: std::sync::Arc::default(),
            consents: std::sync::Arc::default(),
            value: None,
            signals: perennial_rules::signal::Signals::shipped(),
        };
        let story = Story { title: String::new(), brand, models: Vec::new(), go_live: None, steps: Vec::new() };
        Self { story, clock: Instant::MIN, models: Vec::new() }
    }

    fn line(&mut self, line: usize, text: &str) -> Result<(), String> {
        if let Some(title) = text.strip_prefix('#') {
            title.trim().clone_into(&mut self.story.title);
            return Ok(());
        }
        if text.starts_with(|c: char| c.is_ascii_digit()) { self.step(line, text) } else { self.setting(text) }
    }

    fn setting(&mut self, text: &str) -> Result<(), String> {
        let (name, value) = text.split_once(':').ok_or("a setting is written `name: value`")?;
        let mut words = Words::of(value);
        let brand = &mut self.story.brand;
        match name.trim() {
            "brand" => {
                let zone = words.want("a time zone")?;
                brand.calendar = Calendar::for_zone(zone).ok_or_else(|| format!("{zone} is no time zone"))?;
                let currency = words.want("a currency")?;
                brand.currency = Currency::parse(currency).ok_or_else(|| format!("{currency} is no currency"))?;
            }
            "model" | "models" => {
                for id in words.rest().split(',').map(str::trim) {
                    let model = Model::shipped(id, 1, brand.currency).ok_or_else(|| format!("no model {id} ships"))?;
                    self.story.models.push(model.clone());
                    self.models.push(model);
                }
            }
            "life gap" => {
                brand.life_gap_days = words.number("the life gap")?;
                words.take("days");
            }
            "counting" => {
                brand.counting = match words.want("days or orders")? {
                    "days" => Counting::Days,
                    "orders" => Counting::Orders,
                    other => return Err(format!("days or orders are counted, not {other}")),
                }
            }
            "go live" => self.story.go_live = Some(words.moment()?.or_start(&brand.calendar)),
            other => return Err(format!("there is no setting {other}")),
        }
        words.end()
    }

    fn step(&mut self, line: usize, text: &str) -> Result<(), String> {
        let brand = self.story.brand.clone();
        let calendar = &brand.calendar;
        let mut words = Words::of(text);
        let moment = words.moment()?;
        let who = match words.peek().and_then(|word| word.strip_prefix('[')?.strip_suffix(']')) {
            Some(who) => {
                words.next();
                who.to_owned()
            }
            None => "member".to_owned(),
        };
        let primary = self.story.models.first().map(|model| model.id.clone()).ok_or("a story names its model first")?;
        if let Some(check) = check::read(&mut words.clone(), &brand, &primary)? {
            // A check of a day that has begun looks at it as it stands.
            let at = moment.or_start(calendar).max(self.clock);
            return self.push(line, at, who, What::Check(check.on(moment.day)));
        }
        let at = moment.or_noon(calendar);
        let what = match words.want("what happens")? {
            "down" => {
                words.take("until");
                What::Down(words.moment()?.or_noon(calendar))
            }
            "retracts" => {
                words.take("import");
                What::Retract(ImportId(words.number("an import's number")?))
            }
            "merged" => {
                words.take("with");
                What::Rule { other: words.want("the other")?.to_owned(), together: true }
            }
            "split" => {
                words.take("from");
                What::Rule { other: words.want("the other")?.to_owned(), together: false }
            }
            "activates" => What::Activate(Box::new(self.activation(&mut words)?)),
            "late" => {
                let occurred_at = words.moment()?.or_noon(calendar);
                let verb = words.want("what happened")?;
                deed::read(verb, &mut words, &Deed { brand: &brand, who: &who, line, occurred_at, import: None })?
            }
            "import" => {
                let import = Some(ImportId(words.number("the import's number")?));
                let occurred_at = words.moment()?.or_noon(calendar);
                let verb = words.want("what happened")?;
                deed::read(verb, &mut words, &Deed { brand: &brand, who: &who, line, occurred_at, import })?
            }
            verb => deed::read(verb, &mut words, &Deed { brand: &brand, who: &who, line, occurred_at: at, import: None })?,
        };
        words.end()?;
        self.push(line, at, who, what)
    }

    fn push(&mut self, line: usize, at: Instant, who: String, what: What) -> Result<(), String> {
        if at < self.clock {
            return Err("lines stand in the order in which they arrive; what had happened before is `late`".to_owned());
        }
        self.clock = at;
        self.story.steps.push(Step { line, at, who, what });
        Ok(())
    }

    /// `activates six-step`, or the next version of a model: `activates rf: "recency < 90" -> "recency < 60"`.
    fn activation(&mut self, words: &mut Words) -> Result<Model, String> {
        let currency = self.story.brand.currency;
        let id = words.want("a model")?.trim_end_matches(':');
        let edit = words.rest();
        let held = self.models.iter().position(|model| model.id == id);
        let Some(held) = held else {
            let model = Model::shipped(id, 1, currency).ok_or_else(|| format!("no model {id} ships"))?;
            self.models.push(model.clone());
            return Ok(model);
        };
        let quoted: Vec<&str> = edit.split('"').collect();
        let ["", from, arrow, to, ""] = quoted[..] else { return Err("an edit is written \"this\" -> \"that\"".to_owned()) };
        let yaml = self.models[held].document.to_yaml();
        if arrow.trim() != "->" || !yaml.contains(from) {
            return Err(format!("model {id} does not say {from}"));
        }
        let version = self.models[held].version + 1;
        let model = Model::from_yaml(&yaml.replace(from, to), version, currency).map_err(|problems| format!("{problems:?}"))?;
        self.models[held] = model.clone();
        Ok(model)
    }
}
