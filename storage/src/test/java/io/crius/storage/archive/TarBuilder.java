package io.crius.storage.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Makes tar streams for tests, the impossible ones included: nothing is checked. */
public final class TarBuilder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<String, byte[]> pax = new LinkedHashMap<>();
    private int mode = -1;
    private int uid;
    private int gid;
    private long mtime = 1_700_000_000L;

    /** A PAX record for the next entry. */
    public TarBuilder pax(String key, String value) {
        return pax(key, value.getBytes(StandardCharsets.UTF_8));
    }

    public TarBuilder pax(String key, byte[] value) {
        pax.put(key, value);
        return this;
    }

    /** Mode of the next entry. */
    public TarBuilder mode(int next) {
        mode = next;
        return this;
    }

    /** Owner of all further entries. */
    public TarBuilder owner(int nextUid, int nextGid) {
        uid = nextUid;
        gid = nextGid;
        return this;
    }

    /** Time of all further entries. */
    public TarBuilder mtime(long seconds) {
        mtime = seconds;
        return this;
    }

    public TarBuilder file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public TarBuilder file(String name, byte[] content) {
        return entry('0', name, "", 0644, content);
    }

    public TarBuilder folder(String name) {
        return entry('5', name, "", 0755, new byte[0]);
    }

    public TarBuilder symlink(String name, String target) {
        return entry('2', name, target, 0777, new byte[0]);
    }

    public TarBuilder hardLink(String name, String target) {
        return entry('1', name, target, 0644, new byte[0]);
    }

    public TarBuilder entry(int flag, String name, String link, int defaultMode, byte[] content) {
        flushPax();
        int useMode = mode >= 0 ? mode : defaultMode;
        mode = -1;
        header(flag, name.getBytes(StandardCharsets.UTF_8), link, useMode, content.length);
        data(content);
        return this;
    }

    /** A header with any size, without data. */
    public TarBuilder header(int flag, byte[] name, String link, int useMode, long size) {
        byte[] block = new byte[512];
        put(block, 0, name, 100);
        put(block, 100, octal(useMode, 7), 8);
        put(block, 108, octal(uid, 7), 8);
        put(block, 116, octal(gid, 7), 8);
        put(block, 124, octal(size, 11), 12);
        put(block, 136, octal(mtime, 11), 12);
        block[156] = (byte) flag;
        put(block, 157, link.getBytes(StandardCharsets.UTF_8), 100);
        put(block, 257, "ustar\00000".getBytes(StandardCharsets.US_ASCII), 8);
        put(block, 329, octal(0, 7), 8);
        put(block, 337, octal(0, 7), 8);
        return raw(sealed(block));
    }

    /** A device node entry. */
    public TarBuilder device(int flag, String name, int major, int minor) {
        byte[] block = new byte[512];
        put(block, 0, name.getBytes(StandardCharsets.UTF_8), 100);
        put(block, 100, octal(mode >= 0 ? mode : 0600, 7), 8);
        mode = -1;
        put(block, 108, octal(uid, 7), 8);
        put(block, 116, octal(gid, 7), 8);
        put(block, 124, octal(0, 11), 12);
        put(block, 136, octal(mtime, 11), 12);
        block[156] = (byte) flag;
        put(block, 257, "ustar\00000".getBytes(StandardCharsets.US_ASCII), 8);
        put(block, 329, octal(major, 7), 8);
        put(block, 337, octal(minor, 7), 8);
        return raw(sealed(block));
    }

    /** Computes the checksum of a header block. */
    public static byte[] sealed(byte[] block) {
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xFF;
        }
        put(block, 148, String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII), 8);
        return block;
    }

    /** Data padded to the block size. */
    public TarBuilder data(byte[] content) {
        raw(content);
        return raw(new byte[-content.length & 511]);
    }

    public TarBuilder raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** With the two zero blocks. */
    public byte[] build() {
        return raw(new byte[1024]).unfinished();
    }

    /** Without them. */
    public byte[] unfinished() {
        return out.toByteArray();
    }

    public InputStream stream() {
        return new ByteArrayInputStream(build());
    }

    private void flushPax() {
        if (pax.isEmpty()) {
            return;
        }
        var body = new ByteArrayOutputStream();
        pax.forEach((key, value) -> body.writeBytes(record(key, value)));
        pax.clear();
        header('x', "PaxHeaders/x".getBytes(StandardCharsets.US_ASCII), "", 0644, body.size());
        data(body.toByteArray());
    }

    private static byte[] record(String key, byte[] value) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        int rest = name.length + value.length + 3;
        int length = rest + Integer.toString(rest).length();
        if (Integer.toString(length).length() != Integer.toString(rest).length()) {
            length = rest + Integer.toString(length).length();
        }
        var out = new ByteArrayOutputStream();
        out.writeBytes((length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(name);
        out.write('=');
        out.writeBytes(value);
        out.write('\n');
        return out.toByteArray();
    }

    private static byte[] octal(long value, int digits) {
        return String.format(Locale.ROOT, "%0" + digits + "o", value).getBytes(StandardCharsets.US_ASCII);
    }

    private static void put(byte[] block, int offset, byte[] value, int length) {
        System.arraycopy(value, 0, block, offset, Math.min(value.length, length));
    }
}
