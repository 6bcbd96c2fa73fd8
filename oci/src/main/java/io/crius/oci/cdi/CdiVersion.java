package io.crius.oci.cdi;

import io.crius.model.CriusException;
import java.util.Set;

/** A version of the specification. */
record CdiVersion(int major, int minor, int patch) implements Comparable<CdiVersion> {
    static final CdiVersion V0_1 = new CdiVersion(0, 1, 0);
    static final CdiVersion V0_4 = new CdiVersion(0, 4, 0);
    static final CdiVersion V0_5 = new CdiVersion(0, 5, 0);
    static final CdiVersion V0_6 = new CdiVersion(0, 6, 0);
    static final CdiVersion V0_7 = new CdiVersion(0, 7, 0);
    static final CdiVersion V1_1 = new CdiVersion(1, 1, 0);

    private static final Set<String> KNOWN =
            Set.of("0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0", "1.0.0", "1.1.0");

    static CdiVersion parse(String text) {
        String plain = text.startsWith("v") ? text.substring(1) : text;
        if (!KNOWN.contains(plain)) {
            throw new CriusException.InvalidArgument("cdiVersion \"" + text + "\" is not known");
        }
        String[] parts = plain.split("\\.");
        return new CdiVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    /** Refuses what came later than the version that the specification claims. */
    void require(CdiVersion needed, String what) {
        if (compareTo(needed) < 0) {
            throw new CriusException.InvalidArgument(
                    what + " needs cdiVersion " + needed + ", the specification has " + this);
        }
    }

    @Override
    public int compareTo(CdiVersion other) {
        int byMajor = Integer.compare(major, other.major);
        int byMinor = byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
        return byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
