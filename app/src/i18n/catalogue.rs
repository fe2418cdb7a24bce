//! The macro that turns a list of texts into functions.

/// Declares the messages of one area. Every message names both languages, or it does not compile.
///
/// ```ignore
/// crate::messages! {
///     /// Closes a pane.
///     close => { en "Close", fr "Fermer" }
///     /// Title of a pane.
///     details_of(name) => { en "Details of {name}", fr "Détails de {name}" }
///     /// How many rows are chosen: singular, then plural.
///     selected[count] => {
///         en "{count} selected",
///         fr "{count} sélectionnée" | "{count} sélectionnées"
///     }
/// }
/// ```
///
/// makes `close(language) -> &'static str`, `details_of(language, name) -> String` (arguments are
/// anything that displays) and `selected(language, 3_u64) -> String`. A count is written with the
/// thousands separator of the language; 0 and 1 are singular in French, 1 alone in English. Where
/// singular and plural are alike one text is enough.
/// Further arguments follow the count: `rejected[count](total) => …`.
///
/// Each use adds a test of the French texts' apostrophes and no-break spaces, so it may stand once
/// in a module.
#[macro_export]
macro_rules! messages {
    ($($(#[$meta:meta])* $name:ident $([$count:ident])? $(($($argument:ident),+ $(,)?))? => {
        en $english:literal $(| $english_plural:literal)?,
        fr $french:literal $(| $french_plural:literal)? $(,)?
    })+) => {
        $($crate::message! {
            $(#[$meta])* $name $([$count])? ($($($argument),+)?)
            $english $(, $english_plural)?; $french $(, $french_plural)?
        })+

        #[cfg(test)]
        mod french_typography {
            #[test]
            fn french_texts_have_curly_apostrophes_and_no_break_spaces() {
                for (name, text) in [
                    $((stringify!($name), $french), $((stringify!($name), $french_plural),)?)+
                ] {
                    $crate::i18n::typography::check(name, text);
                }
            }
        }
    };
}

/// One message of [`messages!`].
#[doc(hidden)]
#[macro_export]
macro_rules! message {
    ($(#[$meta:meta])* $name:ident () $english:literal; $french:literal) => {
        $(#[$meta])*
        pub fn $name(language: $crate::i18n::Language) -> &'static str {
            match language {
                $crate::i18n::Language::English => $english,
                $crate::i18n::Language::French => $french,
            }
        }
    };
    ($(#[$meta:meta])* $name:ident ($($argument:ident),+) $english:literal; $french:literal) => {
        $(#[$meta])*
        pub fn $name(
            language: $crate::i18n::Language,
            $($argument: impl ::core::fmt::Display),+
        ) -> String {
            match language {
                $crate::i18n::Language::English => format!($english),
                $crate::i18n::Language::French => format!($french),
            }
        }
    };
    ($(#[$meta:meta])* $name:ident [$count:ident] ($($argument:ident),*)
        $english:literal $(, $english_plural:literal)?; $french:literal $(, $french_plural:literal)?
    ) => {
        $(#[$meta])*
        pub fn $name(
            language: $crate::i18n::Language,
            $count: u64
            $(, $argument: impl ::core::fmt::Display)*
        ) -> String {
            let singular = $crate::i18n::format::is_singular(language, $count);
            let $count = $crate::i18n::format::integer(language, $count);
            match language {
                $crate::i18n::Language::English => {
                    $crate::message!(@number singular $english $(, $english_plural)?)
                }
                $crate::i18n::Language::French => {
                    $crate::message!(@number singular $french $(, $french_plural)?)
                }
            }
        }
    };
    (@number $singular:ident $text:literal) => {
        format!($text)
    };
    (@number $singular:ident $one:literal, $many:literal) => {
        if $singular { format!($one) } else { format!($many) }
    };
}
