//! Reading JSON whose types are not known: a receiver takes what it expects and skips the rest.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Reads a whole text into a receiver.
pub(super) fn parse<'t>(json: &'t str, target: &mut impl Receive<'t>) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    Target(target).deserialize(&mut deserializer)?;
    deserializer.end()
}

/// Takes a value in. What it does not expect it skips.
pub(super) trait Receive<'t> {
    fn object<A: MapAccess<'t>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn list<A: SeqAccess<'t>>(&mut self, mut elements: A) -> Result<(), A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// Reads one value of any type into a receiver.
pub(super) struct Target<'r, R>(pub(super) &'r mut R);

impl<'t, R: Receive<'t>> DeserializeSeed<'t> for Target<'_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'t, R: Receive<'t>> Visitor<'t> for Target<'_, R> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'t>>(self, members: A) -> Result<(), A::Error> {
        self.0.object(members)
    }

    fn visit_seq<A: SeqAccess<'t>>(self, elements: A) -> Result<(), A::Error> {
        self.0.list(elements)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}
