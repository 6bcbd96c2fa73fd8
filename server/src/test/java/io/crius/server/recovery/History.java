package io.crius.server.recovery;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;

/** All that happened, as one number; and the end of it in words. For one thread at a time. */
final class History {
    private static final int KEPT = 120;

    private final Deque<String> last = new ArrayDeque<>();
    private final MessageDigest digest;
    private final String folder;

    /** {@code folder} may be another one each time, and is left out. */
    History(Path folder) {
        this.folder = folder.toString();
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has it", e);
        }
    }

    void add(String said) {
        String line = said.replace(folder, "");
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        last.add(line);
        if (last.size() > KEPT) {
            last.remove();
        }
    }

    /** Of all that was added so far. */
    String digest() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("the JDK's can be cloned", e);
        }
    }

    @Override
    public String toString() {
        return String.join("\n", last);
    }
}
