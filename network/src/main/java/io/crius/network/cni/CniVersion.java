package io.crius.network.cni;

import java.util.Comparator;
import java.util.Optional;

/** A version of the CNI specification. */
record CniVersion(int major, int minor, int patch) implements Comparable<CniVersion> {
    /** Spec: a configuration without cniVersion is of this one. */
    static final CniVersion OLDEST = new CniVersion(0, 1, 0);
    /** From here on results have lists of interfaces and addresses. */
    static final CniVersion LISTS = new CniVersion(0, 3, 0);
    /** From here on DEL is given the result of ADD. */
    static final CniVersion RESULT_FOR_DEL = new CniVersion(0, 4, 0);
    /** From here on there is CHECK. */
    static final CniVersion CHECK = RESULT_FOR_DEL;
    /** From here on there are STATUS and GC. */
    static final CniVersion STATUS_AND_GC = new CniVersion(1, 1, 0);
    /** The newest that Crius speaks. */
    static final CniVersion NEWEST = STATUS_AND_GC;

    private static final Comparator<CniVersion> ORDER = Comparator.comparingInt(CniVersion::major)
            .thenComparingInt(CniVersion::minor)
            .thenComparingInt(CniVersion::patch);

    /** Reads {@code major.minor[.patch]}; empty if the text is something else. */
    static Optional<CniVersion> parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length < 2 || parts.length > 3) {
            return Optional.empty();
        }
        try {
            int patch = parts.length == 3 ? Integer.parseInt(parts[2]) : 0;
            return Optional.of(new CniVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), patch));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    boolean isAtLeast(CniVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(CniVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
