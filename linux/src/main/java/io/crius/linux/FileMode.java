package io.crius.linux;

/** Permissions of a file, exactly these whatever the umask is. */
public record FileMode(int bits) {
    public static final FileMode PRIVATE = new FileMode(0600);
    public static final FileMode PUBLIC = new FileMode(0644);

    public FileMode {
        if ((bits & ~07777) != 0) {
            throw new IllegalArgumentException("file mode 0" + Integer.toOctalString(bits));
        }
    }
}
