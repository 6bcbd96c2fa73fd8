package io.crius.oci.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonLimits.DuplicateKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void compactOutputIsOneLineWithoutSpacesAndKeepsOrder() {
        String text = "{\"z\":1,\"a\":[true,false,null,{}],\"m\":{\"k\":\"v\"},\"e\":[]}";
        assertThat(Json.write(Json.parse(text))).isEqualTo(text);
    }

    @Test
    void prettyOutputIndentsByTwoAndKeepsEmptyOnesShort() {
        assertThat(Json.writePretty(Json.parse("{\"a\":[1,2],\"b\":{},\"c\":[]}")))
                .isEqualTo("""
                        {
                          "a": [
                            1,
                            2
                          ],
                          "b": {},
                          "c": []
                        }""");
    }

    @Test
    void numbersKeepTheirExactText() {
        String text = "[0,-0,1e5,1.10,18446744073709551615,123456789012345678901234567890,-1.5E-3]";
        assertThat(Json.write(Json.parse(text))).isEqualTo(text);
    }

    @Test
    void numbersAreReadExactlyOrRefused() {
        assertThat(new JsonNumber("1e3").longValue()).isEqualTo(1000);
        assertThat(new JsonNumber("-9223372036854775808").longValue()).isEqualTo(Long.MIN_VALUE);
        assertThat(new JsonNumber("18446744073709551615").unsignedLongValue()).isEqualTo(-1L);
        assertThat(JsonNumber.ofUnsigned(-1L).text()).isEqualTo("18446744073709551615");
        assertThat(new JsonNumber("10.0").unsignedLongValue()).isEqualTo(10);
        assertThatThrownBy(() -> new JsonNumber("1.5").longValue()).hasMessage("1.5 is not a whole number of 64 bits");
        assertThatThrownBy(() -> new JsonNumber("9223372036854775808").longValue())
                .isInstanceOf(CriusException.InvalidArgument.class);
        assertThatThrownBy(() -> new JsonNumber("1e999999999").longValue())
                .isInstanceOf(CriusException.InvalidArgument.class);
        assertThatThrownBy(() -> new JsonNumber("1e999999999").unsignedLongValue())
                .isInstanceOf(CriusException.InvalidArgument.class);
        assertThatThrownBy(() -> new JsonNumber("-1").unsignedLongValue())
                .isInstanceOf(CriusException.InvalidArgument.class);
        assertThatThrownBy(() -> new JsonNumber("4294967296").intValue())
                .hasMessage("4294967296 is not a whole number of 32 bits");
    }

    @Test
    void textsThatAreNoNumbersAreRefused() {
        for (String text : List.of("", "-", "01", "1.", ".5", "1e", "+1", "NaN", "1 ", "0x1")) {
            assertThatThrownBy(() -> new JsonNumber(text)).hasMessage("\"" + text + "\" is not a JSON number");
        }
    }

    @Test
    void stringsAreEscapedAndReadBack() {
        String wild = "q\" b\\ \b\f\n\r\t \u0000\u001f\u007f ü € 😀 \u2028 </script>";
        String written = Json.write(new JsonString(wild));
        assertThat(written).startsWith("\"q\\\" b\\\\ \\u0008\\u000c\\n\\r\\t \\u0000\\u001f");
        assertThat(Json.parse(written)).isEqualTo(new JsonString(wild));
        assertThat(Json.parse(Json.writeBytes(new JsonString(wild)))).isEqualTo(new JsonString(wild));
    }

    @Test
    void loneSurrogatesAreReplacedWhenWritten() {
        assertThat(Json.write(Json.parse("\"a\\ud800b\\udc00\""))).isEqualTo("\"a\uFFFDb\uFFFD\"");
    }

    @Test
    void malformedTextIsRefusedWithItsPosition() {
        assertThatThrownBy(() -> Json.parse("{\n  \"a\": 1,\n  \"b\" 2\n}"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageStartingWith("invalid JSON at line 3, column 7: Unexpected character ('2'");
        assertThatThrownBy(() -> Json.parse("[1,2")).hasMessageStartingWith("invalid JSON at line 1, column 5: ");
        assertThatThrownBy(() -> Json.parse("  ")).hasMessageContaining("the document is empty");
        assertThatThrownBy(() -> Json.parse("{} {}"))
                .hasMessage("invalid JSON at line 1, column 4: something follows the end of the document");
        assertThatThrownBy(() -> Json.parse("{'a':1}")).hasMessageStartingWith("invalid JSON at line 1, column 2: ");
        assertThatThrownBy(() -> Json.parse("[NaN]")).hasMessageStartingWith("invalid JSON at line 1, column ");
        assertThatThrownBy(() -> Json.parse("[1,]")).hasMessageStartingWith("invalid JSON at line 1, column 4");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertThatThrownBy(() -> Json.parse(new byte[] {'"', (byte) 0xC3, '"'}))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageStartingWith("invalid JSON at line 1, column ");
        assertThatThrownBy(() -> Json.parse("{}".getBytes(StandardCharsets.UTF_16LE)))
                .hasMessage("invalid JSON at line 1, column 2: not UTF-8");
    }

    @Test
    void aByteOrderMarkIsSkipped() {
        assertThat(Json.parse(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, '{', '}'}))
                .isEqualTo(JsonObject.EMPTY);
    }

    @Test
    void depthIsLimited() {
        assertThat(Json.parse("[".repeat(200) + "]".repeat(200))).isInstanceOf(JsonArray.class);
        assertThatThrownBy(() -> Json.parse("[".repeat(201)))
                .hasMessage("invalid JSON at line 1, column 201: nested deeper than 200 levels");
        assertThatThrownBy(() -> Json.parse("{\"a\":{}}", JsonLimits.DEFAULT.withDepth(1)))
                .hasMessageContaining("nested deeper than 1 levels");
    }

    @Test
    void sizeIsLimited() throws IOException {
        JsonLimits ten = JsonLimits.DEFAULT.withDocumentBytes(10);
        byte[] tenBytes = "\"12345678\"".getBytes(StandardCharsets.UTF_8);
        byte[] eleven = "\"123456789\"".getBytes(StandardCharsets.UTF_8);
        assertThat(Json.parse(new ByteArrayInputStream(tenBytes), ten)).isEqualTo(new JsonString("12345678"));
        assertThatThrownBy(() -> Json.parse(new ByteArrayInputStream(eleven), ten))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("JSON document is larger than 10 bytes");
        assertThatThrownBy(() -> Json.parse(eleven, ten)).hasMessage("JSON document is larger than 10 bytes");
    }

    @Test
    void ofDuplicateKeysTheLastWinsUnlessRefused() {
        assertThat(Json.write(Json.parse("{\"a\":1,\"b\":2,\"a\":3}"))).isEqualTo("{\"a\":3,\"b\":2}");
        assertThatThrownBy(() -> Json.parse(
                        "{\"a\":1,\n\"x\":{\"b\":1,\"b\":2}}",
                        JsonLimits.DEFAULT.withDuplicateKeys(DuplicateKeys.REFUSED)))
                .hasMessage("invalid JSON at line 2, column 12: key \"b\" stands twice in one object");
    }

    @Test
    void largeDocumentsAreReadAndWritten() {
        String item = "{\"id\":\"" + "0".repeat(64) + "\",\"flags\":{\"a\":true},\"size\":123}";
        String text = "[" + (item + ",").repeat(50_000) + item + "]";
        JsonValue parsed = Json.parse(text.getBytes(StandardCharsets.UTF_8));
        assertThat(((JsonArray) parsed).items()).hasSize(50_001);
        assertThat(Json.write(parsed).equals(text)).isTrue();
        String longString = "x".repeat(30 << 20);
        assertThat(Json.parse(Json.write(new JsonString(longString)))).isEqualTo(new JsonString(longString));
    }

    @Test
    void manyDifferentKeysAreRead() {
        var builder = JsonObject.builder();
        for (int i = 0; i < 200_000; i++) {
            builder.put(Integer.toHexString(i * 0x9E3779B1) + "-" + i, i);
        }
        JsonObject object = builder.build();
        assertThat(Json.parse(Json.writeBytes(object)).equals(object)).isTrue();
    }

    @Test
    void objectsAreEqualWhateverTheOrderOfKeys() {
        assertThat(Json.parse("{\"a\":1,\"b\":2}"))
                .isEqualTo(Json.parse("{\"b\":2,\"a\":1}"))
                .hasSameHashCodeAs(Json.parse("{\"b\":2,\"a\":1}"))
                .isNotEqualTo(Json.parse("{\"a\":1}"))
                .hasToString("{\"a\":1,\"b\":2}");
    }

    @Test
    void gettersTakeNullForAbsent() {
        JsonObject object = Json.parseObject("{\"n\":null}", "test");
        assertThat(object.string("n")).isEmpty();
        assertThat(object.integer("x")).isEmpty();
        assertThat(object.strings("n")).isEmpty();
        assertThat(object.stringMap("n")).isEmpty();
        assertThat(object.flag("n")).isFalse();
        assertThat(object.has("n")).isTrue();
        assertThat(object.get("n")).contains(new JsonNull());
        assertThat(object.value("n")).isEmpty();
    }

    @Test
    void gettersReturnTypedValues() {
        JsonObject object = Json.parseObject("""
                {"s":"t","i":-5,"u":18446744073709551615,"b":true,"l":["x","y"],"m":{"k":"v"},"o":[{"a":1}],
                 "p":{"q":{"a":2}}}""", "test");
        assertThat(object.string("s")).contains("t");
        assertThat(object.integer("i")).hasValue(-5);
        assertThat(object.integer32("i")).hasValue(-5);
        assertThat(object.unsigned("u")).hasValue(-1L);
        assertThat(object.flag("b")).isTrue();
        assertThat(object.strings("l")).containsExactly("x", "y");
        assertThat(object.stringMap("m")).isEqualTo(Map.of("k", "v"));
        assertThat(object.objects("o", o -> o.requireInteger("a", "o"))).containsExactly(1L);
        assertThat(object.objectMap("p", o -> o.requireInteger("a", "o"))).isEqualTo(Map.of("q", 2L));
    }

    @Test
    void aWrongTypeIsReportedWithItsPlace() {
        JsonObject object = Json.parseObject("{\"p\":{\"u\":{\"uid\":\"0\"}},\"m\":[{},{\"d\":5}],\"l\":[1]}", "test");
        assertThatThrownBy(() -> object.object("p", p -> p.object("u", u -> u.integer("uid"))))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("p: u: uid: a number is needed, not a string");
        assertThatThrownBy(() -> object.objects("m", m -> m.string("d")))
                .hasMessage("m[1]: d: a string is needed, not a number");
        assertThatThrownBy(() -> object.strings("l")).hasMessage("l[0]: a string is needed, not a number");
        assertThatThrownBy(() -> object.bool("l")).hasMessage("l: true or false is needed, not a list");
        assertThatThrownBy(() -> object.requireString("name", "config.json"))
                .hasMessage("config.json: \"name\" is missing");
        assertThatThrownBy(() -> Json.parseObject("[]", "config.json"))
                .hasMessage("config.json: an object is needed, not a list");
        assertThatThrownBy(() -> Json.parseObject("[".getBytes(StandardCharsets.UTF_8), "config.json"))
                .hasMessageStartingWith("config.json: invalid JSON at line 1");
    }

    @Test
    void buildersKeepPlacesAndLeaveOutWhatIsEmpty() {
        JsonObject object = Json.parseObject("{\"a\":1,\"b\":2,\"c\":3}", "test");
        JsonObject changed = object.toBuilder()
                .put("b", "two")
                .remove("c")
                .strings("none", List.of())
                .flag("off", false)
                .stringMap("empty", Map.of())
                .put("d", true)
                .build();
        assertThat(changed).hasToString("{\"a\":1,\"b\":\"two\",\"d\":true}");
        assertThat(object).hasToString("{\"a\":1,\"b\":2,\"c\":3}");
    }

    @Test
    void aBuilderDoesNotChangeWhatItBuilt() {
        JsonObject.Builder builder = JsonObject.builder().put("a", 1);
        JsonObject first = builder.build();
        JsonObject second = builder.put("b", 2).build();
        assertThat(first).hasToString("{\"a\":1}");
        assertThat(second).hasToString("{\"a\":1,\"b\":2}");
    }
}
