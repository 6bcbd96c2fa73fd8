package io.crius.daemon.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.oci.json.Json;
import io.crius.oci.json.JsonValue;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void columnsAreTwentyWideOrThreeWiderThanTheirLongestCell() {
        var table = new Table("ID", "NAME OF IT", "LAST");
        table.add(List.of("1", "a name that is longer than 20", "end"));
        table.add(List.of("22", "b", "a last cell is not filled"));

        assertThat(table.toString()).isEqualTo("""
                ID                  NAME OF IT                      LAST
                1                   a name that is longer than 20   end
                22                  b                               a last cell is not filled
                """);
        assertThatThrownBy(() -> table.add(List.of("1"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sizesHaveSoManyDigits() {
        assertThat(Humane.size(0, 3)).isEqualTo("0B");
        assertThat(Humane.size(999, 3)).isEqualTo("999B");
        assertThat(Humane.size(4_266_000, 3)).isEqualTo("4.27MB");
        assertThat(Humane.size(682_696, 3)).isEqualTo("683kB");
        assertThat(Humane.size(1_500_000_000, 4)).isEqualTo("1.5GB");
    }

    @Test
    void agesAreToldAsOnATimeline() {
        assertThat(List.of(
                        0, 1, 59, 60, 119, 120, 3599, 3600, 5400, 86_400, 172_800, 1_209_600, 40_000_000, 70_000_000))
                .extracting(seconds -> Humane.duration(Duration.ofSeconds(seconds)))
                .containsExactly(
                        "Less than a second",
                        "1 second",
                        "59 seconds",
                        "About a minute",
                        "About a minute",
                        "2 minutes",
                        "59 minutes",
                        "About an hour",
                        "2 hours",
                        "24 hours",
                        "2 days",
                        "2 weeks",
                        "15 months",
                        "2 years");
    }

    @Test
    void idsAreShortenedAndNamesAreNot() {
        String digits = "0123456789abcdef".repeat(4);
        assertThat(Humane.shortId(digits)).isEqualTo("0123456789abc");
        assertThat(Humane.shortId("sha256:" + digits)).isEqualTo("0123456789abc");
        assertThat(Humane.image(digits)).isEqualTo("0123456789abc");
        assertThat(Humane.image("docker.io/library/busybox:latest")).isEqualTo("docker.io/library/busybox:latest");
    }

    @Test
    void yamlHasSortedKeysAndComesBackAsItWas() {
        JsonValue value = Json.parse("""
                {"b": [1, "2", true, null, {"c": "x: y"}], "a": "", "n": 1.5, "long": "18446744073709551615"}""");

        String yaml = YamlCodec.write(value);

        assertThat(yaml).startsWith("a: ''\nb:\n- 1\n- '2'\n- true\n- null\n- c: 'x: y'\n");
        assertThat(YamlCodec.parse(yaml, "test")).isEqualTo(value);
    }

    @Test
    void malformedYamlIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> YamlCodec.parse("a: [1,\nb: 2\n", "pod.yaml"))
                .hasMessageContaining("pod.yaml")
                .hasMessageContaining("line 1, column 4");
    }
}
