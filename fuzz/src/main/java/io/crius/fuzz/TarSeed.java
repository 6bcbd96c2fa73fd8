package io.crius.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;

/** Archives to begin with. Nothing is checked. */
final class TarSeed {
    static final int BLOCK = 512;
    private static final int CHECKSUM = 148;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    TarSeed file(String name, String content) {
        return entry('0', name, "", content);
    }

    TarSeed folder(String name) {
        return entry('5', name, "", "");
    }

    TarSeed symlink(String name, String target) {
        return entry('2', name, target, "");
    }

    TarSeed hardLink(String name, String target) {
        return entry('1', name, target, "");
    }

    /** A record for the next entry, {@code key=value}. */
    TarSeed pax(String record) {
        int length = record.length() + 3;
        length += Integer.toString(length).length() - 1;
        return entry('x', "pax", "", length + " " + record + "\n");
    }

    TarSeed gnuName(String name) {
        return entry('L', "././@LongLink", "", name + "\0");
    }

    TarSeed entry(char type, String name, String link, String content) {
        byte[] block = new byte[BLOCK];
        put(block, 0, name);
        put(block, 100, "0000755\0");
        put(block, 108, "0000001\0");
        put(block, 116, "0000002\0");
        put(block, 124, "%011o\0".formatted(content.length()));
        put(block, 136, "14524770400\0");
        block[156] = (byte) type;
        put(block, 157, link);
        put(block, 257, "ustar\00000");
        put(block, 329, "0000001\0");
        put(block, 337, "0000003\0");
        seal(block, 0);
        out.writeBytes(block);
        out.writeBytes(content.getBytes(UTF_8));
        out.writeBytes(new byte[-content.length() & (BLOCK - 1)]);
        return this;
    }

    byte[] end() {
        out.writeBytes(new byte[2 * BLOCK]);
        return out.toByteArray();
    }

    /** Puts the checksum of the header that begins there right. */
    static void seal(byte[] bytes, int at) {
        Arrays.fill(bytes, at + CHECKSUM, at + CHECKSUM + 8, (byte) ' ');
        int sum = 0;
        for (int i = at; i < at + BLOCK; i++) {
            sum += bytes[i] & 0xFF;
        }
        byte[] text = String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(ISO_8859_1);
        System.arraycopy(text, 0, bytes, at + CHECKSUM, 8);
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        System.arraycopy(bytes, 0, block, at, Math.min(bytes.length, 100));
    }
}
