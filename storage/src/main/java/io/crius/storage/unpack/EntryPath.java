package io.crius.storage.unpack;

import io.crius.storage.archive.MalformedArchiveException;
import java.util.ArrayDeque;

/**
 * The path of an entry below the root of its layer, cleaned as text: no leading slash, no {@code .}, no {@code ..}; the
 * root itself is empty.
 */
record EntryPath(String text) {
    /** Of the layer itself. */
    static final EntryPath ROOT = new EntryPath("");

    private static final int LONGEST_COMPONENT = 255;

    /** Compat: an absolute name is taken below the root; one that climbs out of it fails the layer. */
    static EntryPath of(String name) throws MalformedArchiveException {
        var parts = new ArrayDeque<String>();
        int at = 0;
        while (at <= name.length()) {
            int slash = name.indexOf('/', at);
            int end = slash < 0 ? name.length() : slash;
            add(parts, name.substring(at, end), name);
            at = end + 1;
        }
        return new EntryPath(String.join("/", parts));
    }

    private static void add(ArrayDeque<String> parts, String part, String name) throws MalformedArchiveException {
        switch (part) {
            case "", "." -> {}
            case ".." -> {
                if (parts.pollLast() == null && !name.startsWith("/")) {
                    throw new MalformedArchiveException("tar: entry \"" + name + "\" points outside the layer");
                }
            }
            default -> {
                if (part.length() > LONGEST_COMPONENT || part.indexOf(0) >= 0) {
                    throw new MalformedArchiveException("tar: entry \"" + name + "\" has an impossible name");
                }
                parts.addLast(part);
            }
        }
    }

    boolean isRoot() {
        return text.isEmpty();
    }

    /** The folder that holds it. */
    EntryPath parent() {
        int slash = text.lastIndexOf('/');
        return new EntryPath(slash < 0 ? "" : text.substring(0, slash));
    }

    String base() {
        return text.substring(text.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        return "/" + text;
    }
}
