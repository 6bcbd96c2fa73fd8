package io.crius.cgroup;

import java.util.Optional;

/**
 * For how long tasks waited for a resource. Kernel: Documentation/accounting/psi.rst.
 *
 * @param some at least one task waited
 * @param full all tasks waited at once
 */
public record Pressure(Share some, Share full) {
    /**
     * Shares of the time in percent over 10, 60 and 300 seconds.
     *
     * @param totalMicros since the cgroup was made
     */
    public record Share(double avg10, double avg60, double avg300, long totalMicros) {
        static final Share NONE = new Share(0, 0, 0, 0);
    }

    /** Pressure on all three resources; a resource that the kernel does not watch in this cgroup is empty. */
    public record All(Optional<Pressure> cpu, Optional<Pressure> memory, Optional<Pressure> io) {
        public static final All NONE = new All(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0}, and {@code full} alike, which older kernels leave out for cpu. */
    static Pressure parse(String text) {
        Share some = Share.NONE;
        Share full = Share.NONE;
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ");
            if (words.length == 5) {
                Share share = new Share(decimal(words[1]), decimal(words[2]), decimal(words[3]), total(words[4]));
                some = words[0].equals("some") ? share : some;
                full = words[0].equals("full") ? share : full;
            }
        }
        return new Pressure(some, full);
    }

    private static double decimal(String word) {
        return Double.parseDouble(word.substring(word.indexOf('=') + 1));
    }

    private static long total(String word) {
        return CgroupText.number(word.substring(word.indexOf('=') + 1));
    }
}
