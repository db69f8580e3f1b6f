//! A list of distinct terms, and where in it a term stands.

/// Distinct byte strings, numbered in the order they came.
///
/// A hash table with open addressing over one buffer that holds all terms. Looking a term up allocates nothing and copies
/// nothing, and the numbers come from the order of the insertions alone: no state of the process is in them. The hash is
/// fixed, so whoever knows it can write texts that make it slow; that is the price of the same work at each run.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    bytes: Vec<u8>,
    spans: Vec<Span>,
    /// 0 for an empty slot, else the hash in the upper half and the term's number + 1 in the lower; a power of two of them.
    slots: Vec<u64>,
}

/// Where a term stands in the buffer, and enough of it to tell most others from it without looking there.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    head: u64,
    len: u32,
    hash: u32,
}

/// A term with its hash, so that it is hashed once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key<'a> {
    bytes: &'a [u8],
    head: u64,
    hash: u32,
}

impl<'a> Key<'a> {
    #[inline]
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let head = head(bytes);
        let mut state = mix(head ^ 0x9E37_79B9_7F4A_7C15, bytes.len() as u64 ^ 0xA076_1D64_78BD_642F);
        if bytes.len() > 8 {
            let (chunks, rest) = bytes[8..].as_chunks::<8>();
            for chunk in chunks {
                state = mix(state ^ u64::from_le_bytes(*chunk), 0xE703_7ED1_A0B4_28DB);
            }
            if !rest.is_empty() {
                state = mix(state ^ head_of_rest(rest), 0x8EBC_6AF0_9C88_C6E3);
            }
        }
        Self { bytes, head, hash: (state >> 32) as u32 ^ state as u32 }
    }
}

/// All bytes of a term of at most 8, the first 8 of a longer one; among terms of one length no two short ones share it.
#[inline]
fn head(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => head_of_rest(bytes),
    }
}

/// Fewer than 8 bytes in one number.
#[inline]
fn head_of_rest(bytes: &[u8]) -> u64 {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>(), bytes) {
        (Some(first), Some(last), _) => {
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
        }
        (_, _, &[a, ref middle @ .., c]) => {
            u64::from(a) | u64::from(middle.first().copied().unwrap_or(a)) << 8 | u64::from(c) << 16
        }
        (_, _, &[a]) => u64::from(a),
        _ => 0,
    }
}

/// The two halves of a product, folded.
#[inline]
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product >> 64) as u64 ^ product as u64
}

impl Terms {
    /// An empty list with room for so many terms.
    pub(super) fn with_capacity(n_terms: usize) -> Self {
        let slots = vec![0; (n_terms * 2 + 2).next_power_of_two()];
        Self { bytes: Vec::new(), spans: Vec::with_capacity(n_terms), slots }
    }

    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// The term of this number; nothing, if there is none.
    #[inline]
    pub(super) fn bytes(&self, number: usize) -> &[u8] {
        self.spans.get(number).map_or(&[], |span| &self.bytes[span.start..span.start + span.len as usize])
    }

    /// The term of this number with its hash.
    pub(super) fn key(&self, number: usize) -> Key<'_> {
        let (head, hash) = self.spans.get(number).map_or((0, 0), |span| (span.head, span.hash));
        Key { bytes: self.bytes(number), head, hash }
    }

    /// The term's number, if it is in the list.
    #[inline]
    pub(super) fn find(&self, key: Key<'_>) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let slot = self.slots[self.slot(key)];
        (slot != 0).then(|| slot as u32 - 1)
    }

    /// The term's number; it is put at the end of the list if it is not there.
    #[inline]
    pub(super) fn intern(&mut self, key: Key<'_>) -> u32 {
        // at most half of the slots are taken, so that searches end soon
        if self.spans.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let at = self.slot(key);
        let slot = self.slots[at];
        if slot != 0 {
            return slot as u32 - 1;
        }
        let number = self.spans.len() as u32;
        self.slots[at] = u64::from(key.hash) << 32 | u64::from(number + 1);
        self.spans.push(Span { start: self.bytes.len(), head: key.head, len: key.bytes.len() as u32, hash: key.hash });
        self.bytes.extend_from_slice(key.bytes);
        number
    }

    /// Where the term stands among the slots, or the empty slot where it belongs.
    #[inline]
    fn slot(&self, key: Key<'_>) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = key.hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 || ((slot >> 32) as u32 == key.hash && self.is(slot as u32 as usize - 1, key)) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    fn is(&self, number: usize, key: Key<'_>) -> bool {
        let span = &self.spans[number];
        let same = span.head == key.head && span.len as usize == key.bytes.len();
        same && (span.len <= 8 || self.bytes(number) == key.bytes)
    }

    #[cold]
    fn grow(&mut self) {
        let n_slots = (self.slots.len() * 2).max(64);
        let mut slots = vec![0; n_slots];
        for &slot in self.slots.iter().filter(|slot| **slot != 0) {
            let mut at = (slot >> 32) as usize & (n_slots - 1);
            while slots[at] != 0 {
                at = (at + 1) & (n_slots - 1);
            }
            slots[at] = slot;
        }
        self.slots = slots;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_numbered_as_they_come_and_found_again() {
        let mut terms = Terms::default();
        assert_eq!(terms.find(Key::new(b"a")), None);
        // lengths 0 to 40, and pairs that differ in one byte at each place
        let mut all: Vec<Vec<u8>> = (0..40).map(|n| vec![b'x'; n]).collect();
        for len in 1..40 {
            for at in 0..len {
                let mut term = vec![b'x'; len];
                term[at] = b'y';
                all.push(term);
            }
        }
        for (number, term) in all.iter().enumerate() {
            assert_eq!(terms.intern(Key::new(term)) as usize, number);
        }
        assert_eq!(terms.len(), all.len());
        for (number, term) in all.iter().enumerate() {
            assert_eq!(terms.intern(Key::new(term)) as usize, number);
            assert_eq!(terms.find(Key::new(term)), Some(number as u32));
            assert_eq!(terms.bytes(number), term);
            assert_eq!(terms.find(terms.key(number)), Some(number as u32));
        }
        assert_eq!(terms.find(Key::new(b"z")), None);
        assert_eq!(terms.bytes(all.len()), b"");
    }

    #[test]
    fn zero_bytes_are_bytes() {
        let mut terms = Terms::default();
        let all: [&[u8]; 5] = [b"", b"\0", b"\0\0", b"\0\0\0\0\0", b"\0\0\0\0\0\0\0\0\0"];
        let numbers: Vec<u32> = all.iter().map(|term| terms.intern(Key::new(term))).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4]);
    }
}
