//! MurmurHash3.

/// The 32 bits of MurmurHash3 for x86 (Appleby, 2011; the algorithm is in the public domain).
pub(super) fn murmur3(bytes: &[u8], seed: u32) -> u32 {
    let scrambled = |word: u32| word.wrapping_mul(0xCC9E_2D51).rotate_left(15).wrapping_mul(0x1B87_3593);
    let (words, rest) = bytes.as_chunks::<4>();
    let mut hash = seed;
    for word in words {
        hash ^= scrambled(u32::from_le_bytes(*word));
        hash = hash.rotate_left(13).wrapping_mul(5).wrapping_add(0xE654_6B64);
    }
    // up to three bytes, the first the lowest; none leave the hash as it is
    hash ^= scrambled(rest.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte)));
    hash ^= bytes.len() as u32;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85EB_CA6B);
    hash = (hash ^ hash >> 13).wrapping_mul(0xC2B2_AE35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::murmur3;

    #[test]
    fn the_numbers_are_those_everybody_has() {
        // of the reference implementation
        for (text, seed, expected) in [
            (&b""[..], 0, 0),
            (b"", 1, 0x514E_28B7),
            (b"", u32::MAX, 0x81F1_6F39),
            (b"\xff\xff\xff\xff", 0, 0x7629_3B50),
            (b"\0\0\0\0", 0, 0x2362_F9DE),
            (b"\0\0\0", 0, 0x85F0_B427),
            (b"\0", 0, 0x514E_28B7),
            (b"!Ce\x87", 0, 0xF55B_516B),
            (b"!Ce\x87", 0x5082_EDEE, 0x2362_F9DE),
            (b"!Ce", 0, 0x7E4A_8634),
            (b"!C", 0, 0xA0F7_B07A),
            (b"!", 0, 0x7266_1CF4),
            (b"Hello, world!", 0x9747_B28C, 0x2488_4CBA),
        ] {
            assert_eq!(murmur3(text, seed), expected, "{text:?} {seed:x}");
        }
    }
}
