package io.crius.server.cpu;

import io.crius.cgroup.CpuSet;
import io.crius.model.CriusException;
import java.math.BigInteger;
import java.util.ArrayList;

/**
 * Sets of CPUs as the kernel has them for interrupts: hexadecimal words of 32 bits, the highest first, with commas between.
 */
final class CpuMask {
    private static final int WORD_DIGITS = 8;

    private CpuMask() {}

    /** @throws CriusException.Failed where the text is no mask */
    static CpuSet parse(String text) {
        String digits = text.strip().replace(",", "");
        try {
            BigInteger bits = digits.isEmpty() ? BigInteger.ZERO : new BigInteger(digits, 16);
            var cpus = new ArrayList<String>();
            for (int cpu = 0; cpu < bits.bitLength(); cpu++) {
                if (bits.testBit(cpu)) {
                    cpus.add(Integer.toString(cpu));
                }
            }
            return CpuSet.parse(String.join(",", cpus));
        } catch (NumberFormatException e) {
            throw new CriusException.Failed("\"" + text.strip() + "\" is not a mask of CPUs", e);
        }
    }

    /** As long as it has to be. */
    static String format(CpuSet cpus) {
        BigInteger bits = BigInteger.ZERO;
        for (int cpu : cpus.stream().toArray()) {
            bits = bits.setBit(cpu);
        }
        String digits = bits.toString(16);
        var words = new ArrayList<String>();
        for (int end = digits.length(); end > 0; end -= WORD_DIGITS) {
            words.addFirst(digits.substring(Math.max(0, end - WORD_DIGITS), end));
        }
        return String.join(",", words);
    }
}
