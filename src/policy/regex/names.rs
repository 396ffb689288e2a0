//! The names that `\p{…}` takes in RE2: general categories by their short names, and scripts.
//!
//! The scripts are those of Unicode 15. Neither may be abbreviated or written in another case.

use crate::text::{nearest, quote};

/// General categories, and `Any` for every character. One text rather than a list, as a list of texts costs the start of
/// the program a relocation for each.
const CATEGORIES: &str = "\
    Any C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm \
    So Z Zl Zp Zs";

/// Scripts, sorted, as one text.
const SCRIPTS: &str = "\
    Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak \
    Bengali Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian \
    Caucasian_Albanian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot \
    Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs \
    Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi \
    Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic \
    Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi \
    Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu \
    Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen \
    Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs \
    Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa \
    Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian \
    Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage \
    Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic \
    Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng \
    Soyombo Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil \
    Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho \
    Warang_Citi Yezidi Yi Zanabazar_Square";

/// Long names and properties that other dialects take, and the nearest that RE2 has.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("alpha", "L"),
    ("alphabetic", "L"),
    ("letter", "L"),
    ("uppercase", "Lu"),
    ("uppercase_letter", "Lu"),
    ("upper", "Lu"),
    ("lowercase", "Ll"),
    ("lowercase_letter", "Ll"),
    ("lower", "Ll"),
    ("mark", "M"),
    ("number", "N"),
    ("digit", "Nd"),
    ("decimal_number", "Nd"),
    ("punctuation", "P"),
    ("punct", "P"),
    ("symbol", "S"),
    ("separator", "Z"),
    ("space", "Z"),
    ("white_space", "Z"),
    ("control", "Cc"),
    ("cntrl", "Cc"),
    ("other", "C"),
];

/// Whether RE2 has a class of this name.
pub(super) fn is_known(name: &str) -> bool {
    known().any(|known| known == name)
}

/// Every name that RE2 has.
fn known() -> impl Iterator<Item = &'static str> {
    SCRIPTS.split_ascii_whitespace().chain(CATEGORIES.split_ascii_whitespace())
}

/// The name of RE2 that was probably meant by one that it lacks.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    let folded = name.to_ascii_lowercase().replace([' ', '-'], "_");
    let folded = folded.rsplit(['=', ':']).next().unwrap_or("");
    let known = OTHER_NAMES.iter().find(|(other, _)| *other == folded).map(|(_, known)| *known);
    known.or_else(|| nearest(folded, self::known()).first().copied())
}

/// What to write for a name that RE2 lacks.
pub(super) fn suggestion(name: &str) -> String {
    match meant(name) {
        Some(known) => format!("did you mean {}?", quote(&format!("\\p{{{known}}}"))),
        None => {
            "use a general category such as `\\p{Lu}` or a script such as `\\p{Greek}`".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_re2() {
        assert!(is_known("Greek") && is_known("Lu") && is_known("Yi") && is_known("Any"));
        assert!(!is_known("greek") && !is_known("Letter") && !is_known("Emoji") && !is_known(""));
    }

    #[test]
    fn names_of_other_dialects_are_translated() {
        assert_eq!(suggestion("Letter"), "did you mean `\\p{L}`?");
        assert_eq!(suggestion("sc=Greek"), "did you mean `\\p{Greek}`?");
        assert_eq!(suggestion("grek"), "did you mean `\\p{Greek}`?");
    }
}
