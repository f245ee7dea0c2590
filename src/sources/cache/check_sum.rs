//! A check sum that tells accidents, not attacks. It runs over all records before the first frame, so it keeps four
//! sums side by side, each of which takes eight bytes a step: a processor works on them at once.

const LANES: usize = 4;

/// How many bytes a step takes; parts of [`CheckSum::take`] must be multiples of it, but the last.
pub(super) const STEP: usize = LANES * 8;

/// A sum of what was taken so far.
#[derive(Default)]
pub(super) struct CheckSum {
    lanes: [u64; LANES],
    length: u64,
}

/// Returns the sum of some bytes.
pub(super) fn check_sum(bytes: &[u8]) -> u64 {
    let mut sum = CheckSum::default();
    sum.take(bytes);
    sum.end()
}

impl CheckSum {
    /// Takes the next bytes.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        let (steps, rest) = bytes.as_chunks::<STEP>();
        let mut lanes = self.lanes;
        for step in steps {
            for (lane, word) in lanes.iter_mut().zip(step.as_chunks::<8>().0) {
                *lane = mix(*lane, u64::from_le_bytes(*word));
            }
        }
        self.lanes = lanes;
        self.length += bytes.len() as u64;
        if !rest.is_empty() {
            let mut last = [0; STEP];
            last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            for (lane, word) in self.lanes.iter_mut().zip(last.as_chunks::<8>().0) {
                *lane = mix(*lane, u64::from_le_bytes(*word));
            }
        }
    }

    /// Returns the sum.
    pub(super) fn end(self) -> u64 {
        self.lanes.into_iter().fold(self.length, mix)
    }
}

/// No two words change a sum in the same way.
fn mix(sum: u64, word: u64) -> u64 {
    let sum = (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    sum ^ (sum >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_the_whole_and_any_bit_counts() {
        let bytes: Vec<u8> = (0..1_000_u32).map(|at| (at * 7) as u8).collect();
        let mut sum = CheckSum::default();
        let (first, rest) = bytes.split_at(STEP * 3);
        sum.take(first);
        sum.take(rest);
        assert_eq!(sum.end(), check_sum(&bytes));
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut other = bytes.clone();
                other[at] ^= 1 << bit;
                assert_ne!(check_sum(&other), check_sum(&bytes), "bit {bit} of byte {at}");
            }
        }
        assert_ne!(check_sum(&[0; 3]), check_sum(&[0; 4]));
    }
}
