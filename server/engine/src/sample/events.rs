//! `web_events.jsonl.gz`: what visitors did, as JSON Lines.

use std::fmt::Write;

use super::dice::{Dice, instant};
use super::words::PAGES;
use super::{CUSTOMERS, EVENTS};

pub(super) fn json_lines() -> String {
    let mut dice = Dice::new(0x5741_5942_494c_4c03);
    let mut text = String::with_capacity(5 << 20);
    for id in 1..=EVENTS {
        let _ = write!(
            text,
            "{{\"event_id\":{id},\"at\":\"{}\",\"customer_id\":",
            instant(dice.instant_us(30))
        );
        if dice.below(3) == 0 {
            text.push_str("null");
        } else {
            let _ = write!(text, "{}", 1 + dice.below(CUSTOMERS));
        }
        let kind = dice.pick(&["view", "view", "view", "search", "basket", "purchase"]);
        let _ = write!(
            text,
            ",\"kind\":\"{kind}\",\"page\":\"{}\"",
            dice.pick(&PAGES)
        );
        let _ = write!(
            text,
            ",\"duration_ms\":{},\"ratio\":{}e-3",
            dice.below(90_000),
            1 + dice.below(999)
        );
        if kind == "purchase" {
            let _ = write!(
                text,
                ",\"value\":{}.{:02}",
                dice.below(400),
                dice.below(100)
            );
        }
        let note = dice.pick(&[
            "",
            "say \\\"hi\\\" 👋",
            "ligne 1\\nligne 2",
            "caf\\u00e9, cr\\u00e8me",
            "tab\\there",
        ]);
        let _ = write!(
            text,
            ",\"note\":\"{note}\",\"device\":{{\"mobile\":{},\"tags\":[1,\"é\"]}}}}",
            dice.once_in(2)
        );
        text.push('\n');
    }
    text
}
