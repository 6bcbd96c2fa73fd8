package io.crius.acceptance.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a POSIX tar archive: names up to 100 bytes, files below 8 GiB. Times are zero, so that archives repeat. */
public final class TarWriter {
    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;

    private final OutputStream out;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    /** Who owns an entry and what may be done with it. */
    public record Owner(int uid, int gid, int mode) {
        public static final Owner FILE = new Owner(0, 0, 0644);
        public static final Owner PROGRAM = new Owner(0, 0, 0755);
        public static final Owner FOLDER = new Owner(0, 0, 0755);
    }

    public TarWriter folder(String name) throws IOException {
        return folder(name, Owner.FOLDER);
    }

    public TarWriter folder(String name, Owner owner) throws IOException {
        header(new Entry(name + "/", '5', "", 0), owner);
        return this;
    }

    public TarWriter file(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8), Owner.FILE);
    }

    public TarWriter file(String name, byte[] content, Owner owner) throws IOException {
        header(new Entry(name, '0', "", content.length), owner);
        out.write(content);
        out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        return this;
    }

    public TarWriter symlink(String name, String target) throws IOException {
        header(new Entry(name, '2', target, 0), new Owner(0, 0, 0777));
        return this;
    }

    public TarWriter hardlink(String name, String target) throws IOException {
        header(new Entry(name, '1', target, 0), Owner.FILE);
        return this;
    }

    void end() throws IOException {
        out.write(new byte[2 * BLOCK]);
    }

    private record Entry(String name, char type, String link, long size) {}

    private void header(Entry entry, Owner owner) throws IOException {
        byte[] block = new byte[BLOCK];
        text(block, 0, entry.name());
        octal(block, 100, 8, owner.mode());
        octal(block, 108, 8, owner.uid());
        octal(block, 116, 8, owner.gid());
        octal(block, 124, 12, entry.size());
        octal(block, 136, 12, 0);
        block[156] = (byte) entry.type();
        text(block, 157, entry.link());
        text(block, 257, "ustar");
        text(block, 263, "00");
        checksum(block);
        out.write(block);
    }

    private static void checksum(byte[] block) {
        text(block, 148, "        ");
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        octal(block, 148, 7, sum);
    }

    private static void text(byte[] block, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > NAME_BYTES) {
            throw new IllegalArgumentException("a name of more than 100 bytes: " + text);
        }
        System.arraycopy(bytes, 0, block, offset, bytes.length);
    }

    private static void octal(byte[] block, int offset, int length, long value) {
        String digits = Long.toOctalString(value);
        text(block, offset, "0".repeat(length - 1 - digits.length()) + digits);
    }
}
