//! Complete Journey 2.0: one packed text file of products, baskets and their lines (layout in `data/complete-journey/README.md`).
//!
//! Prices, as the data set's own guide explains them: list = sales + retail discount + coupon match; paid = sales − coupon.
//! Times are local; they are read in the brand's zone (the stores' own is America/New_York).

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use perennial_kernel::{Body, Identity, IdentityKind, Incoming, Line, Money, Order, OrderKey, Personal, Quantity};

use crate::context::Context;
use crate::input::Input;
use crate::problem::{BadRow, FileError, Problem, shorten};
use crate::reader::Record;
use crate::rows::bytes::Bytes;
use crate::value::amount::within_limit;
use crate::value::cell::Cell;
use crate::value::time;

const LINE_BYTES_MAX: u64 = 4096;
const LINES_MAX: usize = 10_000;
const PRODUCTS_MAX: usize = 1_000_000;
const SIGNATURE: &str = "# Complete Journey";

/// Category (`department/category`, shared by its products) and type of a product.
type Product = (Arc<str>, Arc<str>);

#[derive(Debug)]
pub struct JourneyReader {
    lines: Lines,
    context: Context,
    products: HashMap<u32, Product>,
    texts: HashMap<String, Arc<str>>,
    /// The head of the next basket, already read: line number and text.
    ahead: Option<(u64, String)>,
    rows: u64,
    ended: bool,
}

impl JourneyReader {
    /// Whether the file, packed or not, begins as this layout does.
    pub fn recognises(input: &Input) -> Result<bool, FileError> {
        Ok(Lines::open(input)?.next().is_ok_and(|line| line.is_some_and(|(_, text)| text.starts_with(SIGNATURE))))
    }

    /// Opens the file, packed or not, and counts its lines.
    pub fn open(input: &Input, context: Context) -> Result<Self, FileError> {
        if context.currency.scale() != 2 {
            return Err(FileError::new(
                "preset.currency",
                "This sample is in dollars and cents: the brand's currency must have two decimals.",
                "该样例以美元和美分计：品牌币种必须有两位小数。",
            ));
        }
        let mut lines = Lines::open(input)?;
        if !lines.next()?.is_some_and(|(_, text)| text.starts_with(SIGNATURE)) {
            return Err(FileError::new("preset.other_file", "The file does not have this preset's layout.", "文件格式与该预设不符。"));
        }
        let mut rows = 0;
        while let Some((_, text)) = lines.next()? {
            rows += u64::from(text.starts_with(|c: char| c.is_ascii_digit()));
        }
        let lines = Lines::open(input)?;
        Ok(Self { lines, context, products: HashMap::new(), texts: HashMap::new(), ahead: None, rows, ended: false })
    }

    pub fn progress(&self) -> (u64, u64) {
        let read = self.lines.read.load(Ordering::Relaxed);
        (if self.ended { self.lines.total } else { read.min(self.lines.total) }, self.lines.total)
    }

    /// Lines of baskets in the file.
    pub fn row_count(&self) -> u64 {
        self.rows
    }

    pub fn next(&mut self) -> Option<Result<Record, BadRow>> {
        if self.ended {
            return None;
        }
        match self.basket() {
            Ok(item) => {
                self.ended = item.is_none();
                item
            }
            Err(error) => {
                self.ended = true;
                let (line, raw) = (self.lines.number, Vec::new());
                Some(Err(BadRow { line, column: None, code: BadRow::UNREADABLE, en: error.en, zh: error.zh, raw }))
            }
        }
    }

    fn basket(&mut self) -> Result<Option<Result<Record, BadRow>>, FileError> {
        let Some((line, head)) = self.head()? else { return Ok(None) };
        let mut order_lines = Vec::new();
        let mut problem: Option<(u64, Problem, String)> = None;
        while let Some((number, text)) = self.lines.next()? {
            if let Some(next) = text.strip_prefix("b ") {
                self.ahead = Some((number, next.to_owned()));
                break;
            }
            match self.line(&text) {
                Ok(line) if order_lines.len() < LINES_MAX => order_lines.push(line),
                Ok(_) => problem = problem.or_else(|| Some((number, malformed(&text), text))),
                Err(found) => problem = problem.or(Some((number, found, text))),
            }
        }
        if let Some((number, found, text)) = problem {
            return Ok(Some(Err(bad(number, found, &text))));
        }
        Ok(Some(
            self.order(&head, order_lines)
                .map_err(|found| bad(line, found, &head))
                .map(|incoming| Record { line, incoming: vec![incoming] }),
        ))
    }

    /// The next basket's head; products before it are learned.
    fn head(&mut self) -> Result<Option<(u64, String)>, FileError> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(Some(ahead));
        }
        while let Some((number, text)) = self.lines.next()? {
            if let Some(head) = text.strip_prefix("b ") {
                return Ok(Some((number, head.to_owned())));
            }
            if let Some(product) = text.strip_prefix("p ") {
                self.learn(product);
            }
        }
        Ok(None)
    }

    fn learn(&mut self, text: &str) {
        let mut parts = text.split(',');
        let mut part = || parts.next().unwrap_or_default().trim();
        let (id, department, category, kind) = (part(), part(), part(), part());
        let Ok(id) = id.parse() else { return };
        if self.products.len() < PRODUCTS_MAX {
            let category = if category.is_empty() { department.to_owned() } else { format!("{department}/{category}") };
            let product = (self.shared(category), self.shared(kind.to_owned()));
            self.products.insert(id, product);
        }
    }

    fn shared(&mut self, text: String) -> Arc<str> {
        Arc::clone(self.texts.entry(text).or_insert_with_key(|text| Arc::from(text.as_str())))
    }

    fn line(&self, text: &str) -> Result<Line, Problem> {
        let mut parts = text.split(',');
        let mut number = |missing: i64| match parts.next() {
            None | Some("") => Ok(missing),
            Some(part) => part.parse::<u32>().map(i64::from).map_err(|_| malformed(text)),
        };
        let (product, pieces) = (number(-1)?, number(1)?);
        let (sales, retail, coupon, matched) = (number(0)?, number(0)?, number(0)?, number(0)?);
        let Ok(id) = u32::try_from(product) else { return Err(malformed(text)) };
        let (list, paid) = (Money(sales + retail + matched), Money(sales - coupon));
        let named = self.products.get(&id);
        let filled = |text: &Arc<str>| if text.is_empty() { None } else { Some(text.to_string()) };
        Ok(Line {
            sku: id.to_string(),
            name: named.and_then(|(_, kind)| filled(kind)),
            category: named.and_then(|(category, _)| filled(category)),
            quantity: Quantity::pieces(pieces),
            list: Some(list),
            paid,
            discount: Some(list - paid),
        })
    }

    fn order(&self, head: &str, lines: Vec<Line>) -> Result<Incoming, Problem> {
        let parts: Vec<&str> = head.split(',').collect();
        let [household, basket, store, at] = parts[..] else { return Err(malformed(head)) };
        let member = Identity::parse(IdentityKind::Number, household).ok_or_else(|| malformed(head))?;
        if basket.is_empty() || lines.is_empty() {
            return Err(malformed(head));
        }
        let at = time::instant(Cell::text(at), &self.context)?;
        let money = within_limit(lines.iter().map(|line| line.paid).sum(), head)?;
        let quantity = Quantity(lines.iter().map(|line| line.quantity.0).sum());
        let source = self.context.source.clone();
        let order = Order {
            key: OrderKey { source: source.clone(), id: basket.to_owned() },
            version: None,
            paid_at: Some(at),
            money,
            quantity,
            channel: Some("store".to_owned()),
            store: Some(store.to_owned()),
            lines,
        };
        Ok(Incoming {
            source,
            object: format!("order:{basket}"),
            version: String::new(),
            identities: vec![member],
            personal: Personal::default(),
            occurred_at: at,
            body: Body::OrderPlaced(order),
        })
    }
}

fn malformed(text: &str) -> Problem {
    let shown = shorten(text);
    Problem::new("row.malformed", format!("\"{shown}\" is no line of this layout"), format!("“{shown}” 不符合该格式"))
}

fn bad(line: u64, problem: Problem, text: &str) -> BadRow {
    BadRow::from_problems(line, vec![(None, problem)], text.split(',').map(str::to_owned).collect())
}

/// Lines of a text file that may be packed; counts the bytes taken from the disk.
struct Lines {
    inner: BufReader<Box<dyn Read + Send>>,
    read: Arc<AtomicU64>,
    total: u64,
    number: u64,
}

impl Lines {
    fn open(input: &Input) -> Result<Self, FileError> {
        let packed = crate::table::layout::magic(input)?.starts_with(&[0x1f, 0x8b]);
        let file = Bytes::open(input)?;
        let total = file.total();
        let read = Arc::new(AtomicU64::new(0));
        let counted = Counted { inner: BufReader::with_capacity(1 << 16, file), read: Arc::clone(&read) };
        let inner: Box<dyn Read + Send> = if packed { Box::new(MultiGzDecoder::new(counted)) } else { Box::new(counted) };
        Ok(Self { inner: BufReader::with_capacity(1 << 16, inner), read, total, number: 0 })
    }

    fn next(&mut self) -> Result<Option<(u64, String)>, FileError> {
        let mut line = Vec::new();
        if self.inner.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let text = String::from_utf8_lossy(&line);
        Ok(Some((self.number, text.trim_end_matches(['\r', '\n']).to_owned())))
    }
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines").field("number", &self.number).finish_non_exhaustive()
    }
}

struct Counted {
    inner: BufReader<Bytes>,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
