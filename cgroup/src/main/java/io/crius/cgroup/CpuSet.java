package io.crius.cgroup;

import io.crius.model.CriusException;
import java.util.BitSet;
import java.util.StringJoiner;

/**
 * A set of processors by number. Kernel: cpuset(7), "List format".
 */
public final class CpuSet {
    public static final CpuSet EMPTY = new CpuSet(new BitSet());

    /** Kernel: CONFIG_NR_CPUS is at most this. */
    private static final int MOST = 8192;

    private final BitSet bits;

    private CpuSet(BitSet bits) {
        this.bits = bits;
    }

    /**
     * Parses a list such as {@code 0-3,7}; the empty text is the empty set.
     *
     * @throws CriusException.InvalidArgument where it is none
     */
    public static CpuSet parse(String list) {
        var bits = new BitSet();
        for (String range : list.strip().split(",", -1)) {
            if (!range.isBlank()) {
                add(bits, range.strip(), list);
            }
        }
        return new CpuSet(bits);
    }

    private static void add(BitSet bits, String range, String list) {
        int dash = range.indexOf('-');
        int first = number(dash < 0 ? range : range.substring(0, dash), list);
        int last = dash < 0 ? first : number(range.substring(dash + 1), list);
        if (last < first) {
            throw bad(list);
        }
        bits.set(first, last + 1);
    }

    private static int number(String text, String list) {
        if (text.isEmpty() || text.length() > 4 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw bad(list);
        }
        int number = Integer.parseInt(text);
        if (number >= MOST) {
            throw bad(list);
        }
        return number;
    }

    private static CriusException bad(String list) {
        return new CriusException.InvalidArgument("\"" + list + "\" is not a list of CPUs such as 0-3,7");
    }

    public boolean isEmpty() {
        return bits.isEmpty();
    }

    public int size() {
        return bits.cardinality();
    }

    public boolean contains(int cpu) {
        return bits.get(cpu);
    }

    /** The numbers in order. */
    public java.util.stream.IntStream stream() {
        return bits.stream();
    }

    public CpuSet and(CpuSet more) {
        var union = (BitSet) bits.clone();
        union.or(more.bits);
        return new CpuSet(union);
    }

    public CpuSet without(CpuSet less) {
        var rest = (BitSet) bits.clone();
        rest.andNot(less.bits);
        return new CpuSet(rest);
    }

    /** As a list with ranges: {@code 0-3,7}. */
    @Override
    public String toString() {
        var ranges = new StringJoiner(",");
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int end = bits.nextClearBit(first);
            ranges.add(end - 1 == first ? Integer.toString(first) : first + "-" + (end - 1));
            first = bits.nextSetBit(end);
        }
        return ranges.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuSet that && bits.equals(that.bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }
}
