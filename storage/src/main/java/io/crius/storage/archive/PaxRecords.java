package io.crius.storage.archive;

import io.crius.linux.RawNames;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The records of one PAX extended header. Spec: POSIX pax, "pax Extended Header": {@code <length> <key>=<value>\n}. */
final class PaxRecords {
    static final PaxRecords NONE = new PaxRecords(Map.of(), Map.of());

    private static final String ATTRIBUTE = "SCHILY.xattr.";
    private static final String SPARSE = "GNU.sparse.";
    private static final Set<String> NAMES = Set.of("path", "linkpath", "uname", "gname");

    private final Map<String, byte[]> values;
    private final Map<String, byte[]> attributes;

    private PaxRecords(Map<String, byte[]> values, Map<String, byte[]> attributes) {
        this.values = values;
        this.attributes = attributes;
    }

    static PaxRecords parse(byte[] body) throws MalformedArchiveException {
        var values = new HashMap<String, byte[]>();
        var attributes = new LinkedHashMap<String, byte[]>();
        int at = 0;
        while (at < body.length) {
            int space = indexOf(body, ' ', at, Math.min(at + 12, body.length));
            int end = at + recordLength(body, at, space);
            int equals = indexOf(body, '=', space + 1, end);
            if (end > body.length || equals < 0 || equals == space + 1 || body[end - 1] != '\n') {
                throw malformed();
            }
            String key = new String(body, space + 1, equals - space - 1, StandardCharsets.UTF_8);
            byte[] value = Arrays.copyOfRange(body, equals + 1, end - 1);
            put(key, value, values, attributes);
            at = end;
        }
        return new PaxRecords(values, attributes);
    }

    private static void put(String key, byte[] value, Map<String, byte[]> values, Map<String, byte[]> attributes)
            throws MalformedArchiveException {
        boolean isName = NAMES.contains(key);
        if (key.indexOf(0) >= 0 || (isName && indexOf(value, 0, 0, value.length) >= 0)) {
            throw malformed();
        }
        if (key.startsWith(ATTRIBUTE)) {
            attributes.put(key.substring(ATTRIBUTE.length()), value);
        } else if (key.startsWith(SPARSE)) {
            throw new MalformedArchiveException("tar: sparse members (" + key + ") are not supported");
        } else {
            values.put(key, value);
        }
    }

    private static int recordLength(byte[] body, int at, int space) throws MalformedArchiveException {
        if (space <= at) {
            throw malformed();
        }
        String digits = new String(body, at, space - at, StandardCharsets.ISO_8859_1);
        long length = TarNumbers.decimal(digits, "length of a PAX record");
        if (length > body.length - at || length < space - at + 2) {
            throw malformed();
        }
        return (int) length;
    }

    private static int indexOf(byte[] bytes, int wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static MalformedArchiveException malformed() {
        return new MalformedArchiveException("tar: malformed PAX record");
    }

    /** A file name; absent also where the record is empty, which takes the header's own. */
    @Nullable
    String name(String key) {
        byte[] value = values.get(key);
        return value == null || value.length == 0 ? null : RawNames.decode(value);
    }

    @Nullable
    String text(String key) {
        byte[] value = values.get(key);
        return value == null || value.length == 0 ? null : new String(value, StandardCharsets.UTF_8);
    }

    Map<String, byte[]> attributes() {
        return attributes;
    }
}
