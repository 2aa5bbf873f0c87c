//! Round-trip times between the regions of Azure, for a model of Performance routing.
//!
//! Traffic Manager routes by a table of latencies from the networks of the Internet to its regions. That
//! table is not published. What Microsoft publishes are the times between its regions, measured in its own
//! network, so a client is taken to be as near as the region next to it ([`nearest`]). This says which of
//! two regions is nearer, as a rule; it does not say what Azure would answer to a particular client, and
//! must be used for nothing but a model.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use thiserror::Error;

use crate::region;

pub mod nearest;

/// Milliseconds within a region, where tables are blank: between 0 and 2, depending on the buildings.
const WITHIN_A_REGION: u16 = 1;

/// What stands for a pair that the table lacks. No time is 0: tables have whole milliseconds from 1.
const UNKNOWN: u16 = 0;

/// The longest time that is believed. Around the world through geostationary satellites takes 2 seconds.
const LONGEST: u16 = 9999;

/// Rows, and columns, that a table may have. Azure has fewer than 100 regions, and the numbers of all pairs
/// are kept, so it bounds the memory.
const MOST_REGIONS: usize = 1000;

/// Bytes of a wrong cell that an error shows.
const SHOWN: usize = 40;

/// Round-trip times from region to region in whole milliseconds.
///
/// The two directions of a pair differ a little, and a pair can be unknown. The text is CSV:
///
/// ```text
/// # edition: 2026-07-30
/// # statistic: P50
/// from,westeurope,northeurope
/// westeurope,,17
/// northeurope,17,
/// ```
///
/// The row is where a packet is sent from, the column where it is answered. Regions may be written in any
/// spelling (`West Europe`), and rows and columns need not be the same regions. Blank are unknown pairs, and
/// the pair of a region with itself. Blank lines and others that begin with `#` do not count.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Latencies {
    /// Short names, sorted. The position is the number of a region.
    regions: Vec<String>,
    /// A row for each region, one after the other.
    milliseconds: Vec<u16>,
    edition: Option<String>,
    statistic: Option<String>,
}

/// A region of one table, found once so that look-ups need no name. With another table it means another
/// region, or none.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RegionId(usize);

/// The times from one region.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    table: &'a Latencies,
    milliseconds: &'a [u16],
}

/// Why a text is no table of latencies. Lines and columns count from 1.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum LatencyError {
    /// The line with the names of regions is missing, or no row follows it.
    #[error("the table has no rows")]
    Empty,
    /// Where the name of a region belongs, there is nothing.
    #[error("line {line}, column {column}: the name of a region is missing")]
    Unnamed {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// A region has two rows, or two columns.
    #[error("line {line}: {region} is there twice")]
    Duplicate {
        /// The line of the second.
        line: usize,
        /// The region.
        region: String,
    },
    /// A row is shorter or longer than the first line.
    #[error("line {line}: there are {found} cells instead of {expected}")]
    Cells {
        /// The line.
        line: usize,
        /// The cells of the first line.
        expected: usize,
        /// The cells of this one.
        found: usize,
    },
    /// The pair of a region with itself has a number.
    #[error("line {line}: the time from {region} to itself has to be blank")]
    OwnPair {
        /// The line.
        line: usize,
        /// The region.
        region: String,
    },
    /// A cell is no time.
    #[error(
        "line {line}: {text:?} from {from} to {to} is not a whole number of milliseconds from 1 to {LONGEST}"
    )]
    Milliseconds {
        /// The line.
        line: usize,
        /// The region of the row.
        from: String,
        /// The region of the column.
        to: String,
        /// The cell, shortened.
        text: String,
    },
    /// There are too many rows or columns.
    #[error("line {line}: the table has more than {MOST_REGIONS} regions")]
    TooLarge {
        /// The line.
        line: usize,
    },
}

impl Latencies {
    /// Microsoft's table "Azure network round-trip latency statistics", licensed under CC BY 4.0; the file
    /// `NOTICE` says more.
    pub fn published() -> &'static Self {
        static PUBLISHED: LazyLock<Latencies> = LazyLock::new(|| {
            Latencies::parse(include_str!("../data/latencies.csv"))
                .expect("a test parses the table that is shipped")
        });
        &PUBLISHED
    }

    /// Reads a table.
    pub fn parse(text: &str) -> Result<Self, LatencyError> {
        let (mut edition, mut statistic) = (None, None);
        let mut table: Option<Cells> = None;
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let (number, line) = (index + 1, line.trim());
            if let Some(comment) = line.strip_prefix('#') {
                edition = edition.or_else(|| value(comment, "edition"));
                statistic = statistic.or_else(|| value(comment, "statistic"));
            } else if !line.is_empty() {
                match &mut table {
                    None => table = Some(Cells::new(number, line)?),
                    Some(table) => table.add_row(number, line)?,
                }
            }
        }
        let table = table.filter(|table| !table.rows.is_empty()).ok_or(LatencyError::Empty)?;
        let (regions, milliseconds) = table.square();
        Ok(Self { regions, milliseconds, edition, statistic })
    }

    /// The region with this name, in any spelling.
    pub fn region(&self, name: &str) -> Option<RegionId> {
        let find = |name: &str| self.regions.binary_search_by(|known| known.as_str().cmp(name)).ok();
        // Most callers have the short name already.
        find(name).or_else(|| find(&region::normalize(name))).map(RegionId)
    }

    /// The milliseconds from one region to another and back, each in any spelling. `None` if the table has
    /// not got both, or lacks the pair; 1 within a region.
    pub fn round_trip(&self, from: &str, to: &str) -> Option<u16> {
        self.from(self.region(from)?)?.to(self.region(to)?)
    }

    /// The times from a region.
    pub fn from(&self, region: RegionId) -> Option<Row<'_>> {
        let start = region.0 * self.regions.len();
        let milliseconds = self.milliseconds.get(start..start + self.regions.len())?;
        Some(Row { table: self, milliseconds })
    }

    /// The day that the numbers were taken, `2026-07-30`, if the table says it.
    pub fn edition(&self) -> Option<&str> {
        self.edition.as_deref()
    }

    /// What of the measured times the numbers are, if the table says it: `P50` is the median.
    pub fn statistic(&self) -> Option<&str> {
        self.statistic.as_deref()
    }

    /// The short names of the regions, sorted.
    pub fn regions(&self) -> impl Iterator<Item = &str> {
        self.regions.iter().map(String::as_str)
    }
}

impl Row<'_> {
    /// The milliseconds to a region and back; 1 within the region itself.
    pub fn to(&self, region: RegionId) -> Option<u16> {
        self.milliseconds.get(region.0).copied().filter(|milliseconds| *milliseconds != UNKNOWN)
    }

    /// The same for a region by its name, in any spelling.
    pub fn to_named(&self, region: &str) -> Option<u16> {
        self.to(self.table.region(region)?)
    }
}

/// What a comment says of this key: ` edition: 2026-07-30`.
fn value(comment: &str, key: &str) -> Option<String> {
    let (found, value) = comment.split_once(':')?;
    (found.trim() == key && !value.trim().is_empty()).then(|| value.trim().to_owned())
}

/// A table as it is read: its columns, and its rows so far.
struct Cells {
    columns: Vec<String>,
    rows: Vec<(String, Vec<u16>)>,
    seen: HashSet<String>,
}

impl Cells {
    /// A table with the columns that its first line names. What stands above the names of the rows is free.
    fn new(line: usize, text: &str) -> Result<Self, LatencyError> {
        let mut columns = Vec::new();
        let mut seen = HashSet::new();
        for (index, name) in text.split(',').enumerate().skip(1) {
            columns.push(new_region(line, index + 1, name, &mut seen)?);
        }
        Ok(Self { columns, rows: Vec::new(), seen: HashSet::new() })
    }

    fn add_row(&mut self, line: usize, text: &str) -> Result<(), LatencyError> {
        let cells: Vec<&str> = text.split(',').collect();
        let expected = self.columns.len() + 1;
        if cells.len() != expected {
            return Err(LatencyError::Cells { line, expected, found: cells.len() });
        }
        let from = new_region(line, 1, cells[0], &mut self.seen)?;
        let times = cells[1..].iter().zip(&self.columns).map(|(cell, to)| time(line, &from, to, cell.trim()));
        let times = times.collect::<Result<_, _>>()?;
        self.rows.push((from, times));
        Ok(())
    }

    /// All regions, sorted, and the times between all of them.
    fn square(self) -> (Vec<String>, Vec<u16>) {
        let from = self.rows.iter().map(|(from, _)| from);
        let regions: BTreeSet<&String> = self.columns.iter().chain(from).collect();
        let regions: Vec<String> = regions.into_iter().cloned().collect();
        let size = regions.len();
        let mut milliseconds = vec![UNKNOWN; size * size];
        for index in 0..size {
            milliseconds[index * (size + 1)] = WITHIN_A_REGION;
        }
        let index = |name| regions.binary_search(name).expect("each row and column is among the regions");
        let columns: Vec<usize> = self.columns.iter().map(index).collect();
        for (from, times) in &self.rows {
            let row = index(from) * size;
            for (column, time) in columns.iter().zip(times).filter(|(_, time)| **time != UNKNOWN) {
                milliseconds[row + column] = *time;
            }
        }
        (regions, milliseconds)
    }
}

/// The short name of a region that its line has not named before.
fn new_region(
    line: usize,
    column: usize,
    name: &str,
    seen: &mut HashSet<String>,
) -> Result<String, LatencyError> {
    let region = region::normalize(name);
    if region.is_empty() {
        return Err(LatencyError::Unnamed { line, column });
    }
    if seen.len() == MOST_REGIONS {
        return Err(LatencyError::TooLarge { line });
    }
    if !seen.insert(region.clone()) {
        return Err(LatencyError::Duplicate { line, region });
    }
    Ok(region)
}

/// The milliseconds in a cell, or that they are unknown.
fn time(line: usize, from: &str, to: &str, cell: &str) -> Result<u16, LatencyError> {
    if cell.is_empty() {
        return Ok(UNKNOWN);
    }
    if from == to {
        return Err(LatencyError::OwnPair { line, region: from.to_owned() });
    }
    // `parse` alone takes a plus sign.
    let digits = Some(cell).filter(|cell| cell.bytes().all(|byte| byte.is_ascii_digit()));
    let time = digits.and_then(|digits| digits.parse().ok()).filter(|time| (1..=LONGEST).contains(time));
    time.ok_or_else(|| LatencyError::Milliseconds {
        line,
        from: from.to_owned(),
        to: to.to_owned(),
        text: cell.chars().take(SHOWN).collect(),
    })
}

#[cfg(test)]
mod tests;
