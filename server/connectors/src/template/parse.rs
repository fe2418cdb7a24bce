//! From text to a template that cannot be wrong.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::description::Atomicity;
use crate::plan::Layout;

/// Names the publishing itself uses, in any case.
pub(super) const RESERVED: [&str; 4] = ["_runs", ".waybill", "manifest.json", "model.json"];

/// A known ending of the last component is replaced by that of the chosen format.
const EXTENSIONS: [&str; 6] = ["csv", "tsv", "txt", "parquet", "jsonl", "ndjson"];

/// Most characters of a template.
const LONGEST: usize = 512;
/// Most bytes of a name in a path: file systems take no more (`NAME_MAX` of Linux).
const LONGEST_NAME: usize = 255;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Literal(String),
    Export,
    Table,
    Part,
    Run,
    Time(TimeField),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeField {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    HourMinuteSecond,
}

impl Token {
    const NAMED: [(&str, Self); 11] = [
        ("export", Self::Export),
        ("table", Self::Table),
        ("part", Self::Part),
        ("run", Self::Run),
        ("yyyy", Self::Time(TimeField::Year)),
        ("MM", Self::Time(TimeField::Month)),
        ("dd", Self::Time(TimeField::Day)),
        ("HH", Self::Time(TimeField::Hour)),
        ("mm", Self::Time(TimeField::Minute)),
        ("ss", Self::Time(TimeField::Second)),
        ("HHmmss", Self::Time(TimeField::HourMinuteSecond)),
    ];

    /// Whether it makes a path belong to one run.
    fn is_dated(&self) -> bool {
        matches!(self, Self::Time(_) | Self::Run)
    }
}

/// Why a template cannot be used. Messages are for the log: people read the text of [`TemplateError::code`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TemplateError {
    #[error("a path template is needed")]
    Missing,
    #[error("a path template has at most {LONGEST} characters")]
    Long,
    #[error("the path must be relative to the connection's folder: it may not start with `/`")]
    Absolute,
    #[error("the path has an empty component")]
    EmptyComponent,
    #[error("`{0}` cannot be a component of the path")]
    Component(String),
    #[error("`{0}` is reserved")]
    Reserved(String),
    /// By what it says itself and, of files, their ending; placeholders come on top.
    #[error("a component of the path has at most {LONGEST_NAME} bytes")]
    ComponentLong,
    #[error("the path has a control character")]
    Character,
    #[error("there is no placeholder `{{{0}}}`")]
    UnknownPlaceholder(String),
    #[error("a brace is not closed or not opened")]
    Brace,
    #[error("`{{part}}` can stand once, in the last component")]
    PartPlace,
    #[error(
        "between `{{table}}` and `{{part}}` there must be something that is not a digit, like `_`"
    )]
    PartSeparator,
    #[error("several tables need `{{table}}` in the path")]
    TableMissing,
    #[error("several files per table need `{{part}}` in the path")]
    PartMissing,
}

impl TemplateError {
    /// Stable; texts are made from it in the reader's language.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "required",
            Self::Long => "too_long",
            Self::Absolute => "template_absolute",
            Self::EmptyComponent => "template_name_empty",
            Self::Component(_) => "template_name_unusable",
            Self::Reserved(_) => "template_name_reserved",
            Self::ComponentLong => "template_name_long",
            Self::Character => "control_character",
            Self::UnknownPlaceholder(_) => "template_placeholder_unknown",
            Self::Brace => "template_brace",
            Self::PartPlace => "template_part_place",
            Self::PartSeparator => "template_part_separator",
            Self::TableMissing => "template_needs_table",
            Self::PartMissing => "template_needs_part",
        }
    }

    /// What the text of [`TemplateError::code`] mentions.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Long => vec![("most", LONGEST.to_string())],
            Self::ComponentLong => vec![("most", LONGEST_NAME.to_string())],
            Self::Component(name) | Self::Reserved(name) => vec![("name", name.clone())],
            Self::UnknownPlaceholder(name) => vec![("name", format!("{{{name}}}"))],
            _ => vec![],
        }
    }
}

/// A parsed template. Prints as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathTemplate {
    text: String,
    /// Never empty; the last one is the file's name without its extension.
    pub(super) components: Vec<Vec<Token>>,
}

impl FromStr for PathTemplate {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        if text.is_empty() {
            return Err(TemplateError::Missing);
        }
        if text.chars().count() > LONGEST {
            return Err(TemplateError::Long);
        }
        if text.starts_with('/') {
            return Err(TemplateError::Absolute);
        }
        if text.contains(char::is_control) {
            return Err(TemplateError::Character);
        }
        let written: Vec<&str> = text.split('/').collect();
        let last = written.len() - 1;
        let components = written
            .iter()
            .enumerate()
            .map(|(index, component)| parse_component(component, index == last))
            .collect::<Result<Vec<_>, _>>()?;
        check_parts(&components)?;
        Ok(Self {
            text: text.to_owned(),
            components,
        })
    }
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl PathTemplate {
    /// `{export}/{yyyy}/{MM}/{dd}/{HHmmss}/{table}_{part}.csv`
    pub const DEFAULT: &str = "{export}/{yyyy}/{MM}/{dd}/{HHmmss}/{table}_{part}.csv";

    /// Whether it can tell this many tables, and several files of one, apart, and leaves room for the ending of its files.
    pub fn check(
        &self,
        tables: usize,
        max_rows_per_file: Option<u64>,
        extension: &str,
    ) -> Result<(), TemplateError> {
        if tables > 1 && !self.has(&Token::Table) {
            return Err(TemplateError::TableMissing);
        }
        if max_rows_per_file.is_some() && !self.has(&Token::Part) {
            return Err(TemplateError::PartMissing);
        }
        let file = self.components.last().map_or(0, |name| written_out(name));
        if file + ".".len() + extension.len() > LONGEST_NAME {
            return Err(TemplateError::ComponentLong);
        }
        Ok(())
    }

    /// The largest unit a reader sees whole or not at all, when the destination can rename.
    pub fn atomicity(&self, tables: usize, max_rows_per_file: Option<u64>) -> Atomicity {
        match self.layout() {
            Layout::Folder if tables > 1 && self.folder_has_table() => Atomicity::Table,
            Layout::DatedFiles | Layout::Replace if tables > 1 || max_rows_per_file.is_some() => {
                Atomicity::File
            }
            Layout::Folder | Layout::DatedFiles | Layout::Replace => Atomicity::Run,
        }
    }

    /// Whether a path is of one run (and then never written twice) or replaced by the next one.
    pub fn is_dated(&self) -> bool {
        self.layout() != Layout::Replace
    }

    pub(crate) fn layout(&self) -> Layout {
        match self.dated_component() {
            None => Layout::Replace,
            Some(index) if index + 1 == self.components.len() => Layout::DatedFiles,
            Some(_) => Layout::Folder,
        }
    }

    /// The last component that belongs to one run: up to it reaches the folder that is renamed
    /// whole.
    pub(super) fn dated_component(&self) -> Option<usize> {
        self.components
            .iter()
            .rposition(|component| component.iter().any(Token::is_dated))
    }

    fn folder_has_table(&self) -> bool {
        let folder = self
            .dated_component()
            .map_or(&[][..], |last| &self.components[..=last]);
        folder.iter().flatten().any(|token| *token == Token::Table)
    }

    fn has(&self, wanted: &Token) -> bool {
        self.components
            .iter()
            .flatten()
            .any(|token| token == wanted)
    }
}

fn parse_component(written: &str, is_last: bool) -> Result<Vec<Token>, TemplateError> {
    if written.is_empty() {
        return Err(TemplateError::EmptyComponent);
    }
    let is_dots = written.bytes().all(|byte| byte == b'.');
    if is_dots || written.trim() != written || written.contains('\\') {
        return Err(TemplateError::Component(written.to_owned()));
    }
    if RESERVED
        .iter()
        .any(|reserved| written.eq_ignore_ascii_case(reserved))
    {
        return Err(TemplateError::Reserved(written.to_owned()));
    }
    let name = if is_last {
        without_extension(written)
    } else {
        written
    };
    if name.is_empty() {
        return Err(TemplateError::Component(written.to_owned()));
    }
    let mut tokens = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let (token, after) = next_token(rest)?;
        tokens.push(token);
        rest = after;
    }
    if written_out(&tokens) > LONGEST_NAME {
        return Err(TemplateError::ComponentLong);
    }
    Ok(tokens)
}

/// The bytes that a name says itself.
fn written_out(tokens: &[Token]) -> usize {
    let literals = tokens.iter().map(|token| match token {
        Token::Literal(text) => text.len(),
        _ => 0,
    });
    literals.sum()
}

fn next_token(rest: &str) -> Result<(Token, &str), TemplateError> {
    if let Some(inside) = rest.strip_prefix('{') {
        let (name, after) = inside.split_once('}').ok_or(TemplateError::Brace)?;
        let token = Token::NAMED
            .into_iter()
            .find_map(|(known, token)| (known == name).then_some(token))
            .ok_or_else(|| TemplateError::UnknownPlaceholder(name.to_owned()))?;
        return Ok((token, after));
    }
    let end = rest.find(['{', '}']).unwrap_or(rest.len());
    if end == 0 {
        return Err(TemplateError::Brace);
    }
    Ok((Token::Literal(rest[..end].to_owned()), &rest[end..]))
}

fn without_extension(name: &str) -> &str {
    let (name, _) = formats::Compression::split_name(name);
    match name.rsplit_once('.') {
        Some((stem, extension))
            if EXTENSIONS
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known)) =>
        {
            stem
        }
        _ => name,
    }
}

/// `{table}{part}` would write part 1 of `a1` and part 11 of `a` to the same file.
fn check_parts(components: &[Vec<Token>]) -> Result<(), TemplateError> {
    let places = |component: &[Token]| component.iter().filter(|t| **t == Token::Part).count();
    let total: usize = components.iter().map(|component| places(component)).sum();
    if total == 0 {
        return Ok(());
    }
    let Some(name) = components
        .last()
        .filter(|last| total == 1 && places(last) == 1)
    else {
        return Err(TemplateError::PartPlace);
    };
    let part = name
        .iter()
        .position(|token| *token == Token::Part)
        .unwrap_or_default();
    let (before, after) = (&name[..part], &name[part + 1..]);
    let separated =
        |tokens: &[Token], neighbour: Option<&Token>, edge: fn(&str) -> Option<char>| {
            !tokens.contains(&Token::Table)
                || matches!(neighbour, Some(Token::Literal(text))
                if edge(text).is_some_and(|c| !c.is_ascii_digit()))
        };
    if separated(before, before.last(), |text| text.chars().next_back())
        && separated(after, after.first(), |text| text.chars().next())
    {
        Ok(())
    } else {
        Err(TemplateError::PartSeparator)
    }
}

#[cfg(test)]
mod tests;
