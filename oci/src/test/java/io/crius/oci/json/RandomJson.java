package io.crius.oci.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Any value JSON can say, from a seed. */
final class RandomJson {
    private final Random random;

    RandomJson(long seed) {
        this.random = new Random(seed);
    }

    JsonValue value(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> new JsonNull();
            case 1 -> new JsonBool(random.nextBoolean());
            case 2 -> number();
            case 3, 4 -> new JsonString(text());
            case 5 -> new JsonArray(values(depth - 1));
            default -> object(depth - 1);
        };
    }

    private List<JsonValue> values(int depth) {
        return IntStream.range(0, random.nextInt(5)).mapToObj(_ -> value(depth)).toList();
    }

    private JsonObject object(int depth) {
        var fields = new LinkedHashMap<String, JsonValue>();
        values(depth).forEach(value -> fields.put(text(), value));
        return JsonObject.of(fields);
    }

    private JsonNumber number() {
        return switch (random.nextInt(4)) {
            case 0 -> JsonNumber.of(random.nextInt(2000) - 1000L);
            case 1 -> JsonNumber.of(random.nextLong());
            case 2 -> JsonNumber.ofUnsigned(random.nextLong());
            default -> JsonNumber.of(Double.longBitsToDouble(random.nextLong() & ~(1L << 62)));
        };
    }

    private String text() {
        var text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.appendCodePoint(codePoint());
        }
        return text.toString();
    }

    private int codePoint() {
        int any = switch (random.nextInt(4)) {
            case 0 -> random.nextInt(0x30);
            case 1 -> random.nextInt(0x110000);
            default -> 'a' + random.nextInt(26);
        };
        return any >= Character.MIN_SURROGATE && any <= Character.MAX_SURROGATE ? '?' : any;
    }
}
