package io.crius.linux;

/** The version of the running kernel, as far as it can be compared. */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {
    /**
     * Parses a release such as {@code 6.1.0-18-amd64}.
     *
     * @throws IllegalArgumentException where it begins with no two numbers
     */
    public static KernelVersion parse(String release) {
        String[] parts = release.split("[^0-9]", 3);
        if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw new IllegalArgumentException("kernel release " + release);
        }
        return new KernelVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    public boolean isAtLeast(int wantedMajor, int wantedMinor) {
        return compareTo(new KernelVersion(wantedMajor, wantedMinor)) >= 0;
    }

    @Override
    public int compareTo(KernelVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
