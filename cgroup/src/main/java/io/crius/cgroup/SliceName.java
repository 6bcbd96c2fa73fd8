package io.crius.cgroup;

import io.crius.model.CriusException;

/**
 * The name of a systemd slice; its dashes say where it is. Spec: systemd.slice(5).
 *
 * @param value as {@code kubepods-burstable-pod1.slice}
 */
record SliceName(String value) {
    static final String SUFFIX = ".slice";
    private static final String ROOT = "-.slice";

    SliceName {
        if (!value.equals(ROOT) && !isWellFormed(value)) {
            throw new CriusException.InvalidArgument("invalid systemd slice name \"" + value
                    + "\": parts separated by single dashes and the ending .slice are needed");
        }
    }

    private static boolean isWellFormed(String name) {
        if (!name.endsWith(SUFFIX) || name.length() == SUFFIX.length()) {
            return false;
        }
        String stem = stem(name);
        return !stem.contains("/") && !stem.startsWith("-") && !stem.endsWith("-") && !stem.contains("--");
    }

    private static String stem(String name) {
        return name.substring(0, name.length() - SUFFIX.length());
    }

    /** {@code a-b.slice} is {@code /a.slice/a-b.slice}. */
    CgroupPath cgroup() {
        CgroupPath path = CgroupPath.ROOT;
        if (value.equals(ROOT)) {
            return path;
        }
        String stem = stem(value);
        for (int dash = stem.indexOf('-'); dash >= 0; dash = stem.indexOf('-', dash + 1)) {
            path = path.child(stem.substring(0, dash) + SUFFIX);
        }
        return path.child(value);
    }
}
