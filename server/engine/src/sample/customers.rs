//! `customers.csv`: one file, RFC 4180.

use std::fmt::Write;

use super::CUSTOMERS;
use super::dice::{DAY_US, Dice, END_US, date, instant};
use super::words::{
    ENGLISH_CITIES, ENGLISH_FIRST, ENGLISH_LAST, ENGLISH_STREETS, FRENCH_CITIES, FRENCH_FIRST,
    FRENCH_LAST, FRENCH_STREETS, MAIL_HOSTS, NOTES,
};

const HEADER: &str = "customer_id,first_name,last_name,email,phone,birth_date,address,postal_code,city,country,\
    newsletter,loyalty_points,credit,note,created_at\n";

pub(super) fn csv() -> String {
    let mut dice = Dice::new(0x5741_5942_494c_4c01);
    let mut text = String::with_capacity(12 << 20);
    text.push_str(HEADER);
    let mut recent_mails: Vec<String> = Vec::new();
    for id in 1..=CUSTOMERS {
        row(&mut text, &mut dice, id, &mut recent_mails);
    }
    text
}

fn row(text: &mut String, dice: &mut Dice, id: u64, recent_mails: &mut Vec<String>) {
    let french = dice.below(10) < 6;
    let (first, last) = if french {
        (dice.pick(&FRENCH_FIRST), dice.pick(&FRENCH_LAST))
    } else {
        (dice.pick(&ENGLISH_FIRST), dice.pick(&ENGLISH_LAST))
    };
    let mail = mail(dice, first, last, id, recent_mails);
    let _ = write!(text, "{id},");
    field(text, Some(first));
    field(text, Some(last));
    field(text, (!dice.once_in(40)).then_some(mail.as_str()));
    let phone = if french {
        format!("0{}{:08}", 6 + dice.below(2), dice.below(100_000_000))
    } else {
        format!("+44 7700 {:06}", dice.below(1_000_000))
    };
    field(text, (!dice.once_in(9)).then_some(phone.as_str()));
    let age_days = i32::try_from(6_600 + dice.below(22_000)).unwrap_or_default();
    let birth = date(i32::try_from(END_US / DAY_US).unwrap_or_default() - age_days);
    field(text, (!dice.once_in(12)).then_some(birth.as_str()));
    let (address, postal_code, city, country) = place(dice, french);
    field(text, Some(&address));
    field(text, Some(&postal_code));
    field(text, Some(city));
    field(text, Some(country));
    field(
        text,
        Some(if dice.below(3) == 0 { "true" } else { "false" }),
    );
    let _ = write!(
        text,
        "{},{}.{:02},",
        dice.below(20_000),
        dice.below(900),
        dice.below(100)
    );
    match dice.below(10) {
        0 => field(text, Some("")),
        1..=3 => field(text, Some(dice.pick(&NOTES))),
        _ => field(text, None),
    }
    text.push_str(&instant(dice.instant_us(2_500)));
    text.push('\n');
}

/// About one in two hundred has the address of somebody before.
fn mail(dice: &mut Dice, first: &str, last: &str, id: u64, recent: &mut Vec<String>) -> String {
    let host = dice.pick(&MAIL_HOSTS);
    let known = usize::try_from(dice.below(64)).unwrap_or_default();
    if dice.once_in(200)
        && let Some(mail) = recent.get(known)
    {
        return if dice.once_in(2) {
            mail.clone()
        } else {
            mail.to_uppercase()
        };
    }
    let plain = |name: &str| {
        name.to_lowercase()
            .replace(|letter: char| !letter.is_ascii_alphanumeric(), "")
    };
    let mail = format!("{}.{}{id}@{host}", plain(first), plain(last));
    if recent.len() < 64 {
        recent.push(mail.clone());
    } else {
        recent[known].clone_from(&mail);
    }
    mail
}

fn place(dice: &mut Dice, french: bool) -> (String, String, &'static str, &'static str) {
    let number = 1 + dice.below(180);
    let floor = dice.once_in(8);
    if french {
        let (city, prefix) = FRENCH_CITIES[usize::try_from(dice.below(16)).unwrap_or_default()];
        let street = dice.pick(&FRENCH_STREETS);
        let address = if floor {
            format!("{number} bis, {street}\nAppt. 3")
        } else {
            format!("{number} {street}")
        };
        (
            address,
            format!("{prefix}{:03}", dice.below(10) * 100),
            city,
            "FR",
        )
    } else {
        let (city, prefix) = ENGLISH_CITIES[usize::try_from(dice.below(10)).unwrap_or_default()];
        let street = dice.pick(&ENGLISH_STREETS);
        let address = if floor {
            format!("Flat 2, {number} {street}")
        } else {
            format!("{number} {street}")
        };
        (
            address,
            format!("{prefix} {}AA", 1 + dice.below(9)),
            city,
            "GB",
        )
    }
}

/// Null is nothing, an empty text is `""`.
fn field(text: &mut String, value: Option<&str>) {
    match value {
        None => {}
        Some(value) if value.is_empty() || value.contains(['"', ',', '\n', '\r']) => {
            text.push('"');
            text.push_str(&value.replace('"', "\"\""));
            text.push('"');
        }
        Some(value) => text.push_str(value),
    }
    text.push(',');
}
