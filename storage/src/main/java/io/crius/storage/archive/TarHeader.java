package io.crius.storage.archive;

import io.crius.linux.RawNames;
import java.nio.charset.StandardCharsets;

/**
 * A header block of 512 bytes. Spec: POSIX ustar; the GNU, star and V7 forms differ in what follows the link name, and only
 * ustar and star have a prefix of the name.
 */
final class TarHeader {
    static final int SIZE = 512;

    private enum Form {
        V7,
        USTAR,
        STAR,
        GNU
    }

    private final byte[] block;
    private final Form form;

    private TarHeader(byte[] block, Form form) {
        this.block = block;
        this.form = form;
    }

    static boolean isZero(byte[] bytes, int offset) {
        for (int i = 0; i < SIZE; i++) {
            if (bytes[offset + i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Checks the block's sum, with signed or unsigned bytes as old tars had it. */
    static TarHeader parse(byte[] block) throws MalformedArchiveException {
        long stored = TarNumbers.field(block, 148, 8, "checksum");
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < SIZE; i++) {
            byte b = i >= 148 && i < 156 ? (byte) ' ' : block[i];
            unsigned += b & 0xFF;
            signed += b;
        }
        if (stored != unsigned && stored != signed) {
            throw new MalformedArchiveException("tar: not a tar header: its checksum does not match");
        }
        return new TarHeader(block, formOf(block));
    }

    private static Form formOf(byte[] block) {
        String magic = new String(block, 257, 8, StandardCharsets.ISO_8859_1);
        if (magic.equals("ustar  \0")) {
            return Form.GNU;
        }
        if (!magic.startsWith("ustar\0")) {
            return Form.V7;
        }
        String trailer = new String(block, 508, 4, StandardCharsets.ISO_8859_1);
        return trailer.equals("tar\0") ? Form.STAR : Form.USTAR;
    }

    byte flag() {
        return block[156];
    }

    String name() {
        String name = text(0, 100);
        String prefix = switch (form) {
            case USTAR -> text(345, 155);
            case STAR -> text(345, 131);
            case V7, GNU -> "";
        };
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    String linkName() {
        return text(157, 100);
    }

    long size() throws MalformedArchiveException {
        long size = number(124, 12, "size");
        if (size < 0) {
            throw new MalformedArchiveException("tar: size " + size + " of \"" + name() + "\" is negative");
        }
        return size;
    }

    int mode() throws MalformedArchiveException {
        return (int) (number(100, 8, "mode") & 07777);
    }

    long uid() throws MalformedArchiveException {
        return number(108, 8, "uid");
    }

    long gid() throws MalformedArchiveException {
        return number(116, 8, "gid");
    }

    long modified() throws MalformedArchiveException {
        return number(136, 12, "mtime");
    }

    TarEntry.Device device() throws MalformedArchiveException {
        return form == Form.V7
                ? TarEntry.Device.NONE
                : new TarEntry.Device(number(329, 8, "device major"), number(337, 8, "device minor"));
    }

    private long number(int offset, int length, String what) throws MalformedArchiveException {
        return TarNumbers.field(block, offset, length, what);
    }

    private String text(int offset, int length) {
        int end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return RawNames.decode(block, offset, end - offset);
    }
}
