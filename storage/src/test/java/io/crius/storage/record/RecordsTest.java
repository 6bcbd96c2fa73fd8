package io.crius.storage.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.oci.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RecordsTest {
    private static final Instant CREATED = Instant.parse("2026-11-23T12:51:23.790897255Z");

    @Test
    void keepsWhatItDoesNotKnow() {
        var layer = new LayerRecord(Json.parseObject("""
                {"id":"a","future":{"x":1},"flags":{"incomplete":true,"expected-layer-diffid":"sha256:00"}}""", "test"));

        assertThat(layer.isIncomplete()).isTrue();
        assertThat(Json.write(layer.asComplete().json()))
                .isEqualTo("{\"id\":\"a\",\"future\":{\"x\":1},\"flags\":{\"expected-layer-diffid\":\"sha256:00\"}}");
    }

    @Test
    void dropsTheFlagsOfAFinishedLayer() {
        LayerRecord layer = LayerRecord.incomplete("a", List.of(), Optional.of("p"), CREATED);

        assertThat(Json.write(layer.asComplete().json()))
                .isEqualTo("{\"id\":\"a\",\"parent\":\"p\",\"created\":\"2026-11-23T12:51:23.790897255Z\"}");
        assertThat(layer.asComplete().asIncomplete().isIncomplete()).isTrue();
    }

    @Test
    void describesTheContentOfALayer() {
        LayerRecord layer = LayerRecord.incomplete("a", List.of(), Optional.empty(), CREATED)
                .asComplete()
                .withContent(
                        new LayerRecord.Content("sha256:d", 10240, "sha256:b", 99, 2, List.of(0L, 1000L), List.of(0L)));

        assertThat(Json.write(layer.json()))
                .isEqualTo("{\"id\":\"a\",\"created\":\"2026-11-23T12:51:23.790897255Z\","
                        + "\"compressed-diff-digest\":\"sha256:b\",\"compressed-size\":99,"
                        + "\"diff-digest\":\"sha256:d\",\"diff-size\":10240,\"compression\":2,"
                        + "\"uidset\":[0,1000],\"gidset\":[0]}");
    }

    @Test
    void knowsNoSizeOfLayersPulledInPart() {
        var layer = new LayerRecord(
                Json.parseObject("{\"id\":\"a\",\"diff-digest\":\"sha256:d\",\"diff-size\":-1}", "test"));

        assertThat(layer.diffSize()).isEmpty();
    }

    @Test
    void beginsTheHistoryWithTheOldestOfTheCurrentNames() {
        ImageRecord image = ImageRecord.of("i", "sha256:m", Optional.empty(), CREATED)
                .withNamesAdded(List.of(":idx"))
                .withNamesAdded(List.of("@A"))
                .withNamesAdded(List.of("@B"));

        assertThat(image.names()).containsExactly("@B", "@A", ":idx");
        assertThat(image.namesHistory()).containsExactly(":idx", "@A", "@B");
        assertThat(image.withoutName("@A").names()).containsExactly("@B", ":idx");
        assertThat(image.withoutName("@A").namesHistory()).containsExactly(":idx", "@B", "@A");
        assertThat(image.withNames(List.of()).json().has("names")).isFalse();
    }

    @Test
    void addsDataInOrderAndReplacesThemInPlace() {
        ImageRecord image = ImageRecord.of("i", "sha256:m", Optional.empty(), CREATED)
                .withBigData(List.of(
                        new BigData("config", 1, Optional.of("sha256:c")),
                        new BigData("manifest", 2, Optional.of("x"))))
                .withBigData(List.of(
                        new BigData("manifest", 3, Optional.of("y")), new BigData("signatures", 4, Optional.empty())));

        assertThat(image.bigData())
                .containsExactly(
                        new BigData("config", 1, Optional.of("sha256:c")),
                        new BigData("manifest", 3, Optional.of("y")),
                        new BigData("signatures", 4, Optional.empty()));
    }

    @Test
    void writesContainersWithBothLabels() {
        ContainerRecord container =
                ContainerRecord.of("c", List.of("n"), new ContainerRecord.Links(Optional.empty(), "l"), "{}", CREATED);

        assertThat(Json.write(container.json()))
                .isEqualTo("{\"id\":\"c\",\"names\":[\"n\"],\"image\":\"\",\"layer\":\"l\",\"metadata\":\"{}\","
                        + "\"created\":\"2026-11-23T12:51:23.790897255Z\","
                        + "\"flags\":{\"MountLabel\":\"\",\"ProcessLabel\":\"\"}}");
    }

    @Test
    void takesAnUnreadableTimeForTheEpoch() {
        assertThat(new LayerRecord(Json.parseObject("{\"id\":\"a\",\"created\":\"yesterday\"}", "test")).created())
                .isEqualTo(Instant.EPOCH);
        assertThat(new LayerRecord(Json.parseObject("{\"id\":\"a\",\"created\":\"0001-01-01T00:00:00Z\"}", "test"))
                        .created())
                .isEqualTo(Instant.parse("0001-01-01T00:00:00Z"));
    }
}
