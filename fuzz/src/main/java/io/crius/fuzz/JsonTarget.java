package io.crius.fuzz;

import io.crius.oci.json.Json;
import io.crius.oci.json.JsonValue;
import java.util.List;

/** The JSON tree: what is written is read as the same again. */
final class JsonTarget implements Target {
    static final List<String> WORDS = List.of(
            "{", "}", "[", "]", ":", ",", "\"", "null", "true", "false", "\\u0000", "\\ud800", "\\\"", "1e9", "{\"a\":",
            "[[", "\u00e9");

    @Override
    public String name() {
        return "json";
    }

    @Override
    public void parse(byte[] input) {
        JsonValue value = Json.parse(input);
        byte[] written = Json.writeBytes(value);
        byte[] again = Json.writeBytes(Json.parse(written));
        if (!java.util.Arrays.equals(written, again)) {
            throw new AssertionError("what is written is read as something else");
        }
        if (!Json.writePretty(Json.parse(Json.writePretty(value))).equals(Json.writePretty(Json.parse(written)))) {
            throw new AssertionError("the pretty form is read as something else");
        }
    }

    @Override
    public List<byte[]> seeds() {
        return Target.texts(
                "{\"a\":[1,2.5e3,-0,null,true,{\"b\":\"\\u00e9\\n\"}],\"a\":\"\"}", "[]", "\"x\"", "[[[[[[]]]]]]");
    }

    @Override
    public List<String> words() {
        return WORDS;
    }
}
