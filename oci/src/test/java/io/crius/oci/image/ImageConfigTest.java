package io.crius.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageConfigTest {
    private static final Digest DIFF_ID = Digest.parse("sha256:" + "cd".repeat(32));

    @Test
    void everythingAContainerIsMadeFromIsRead() {
        ImageConfig config = ImageConfig.parse("""
                {"architecture":"arm","variant":"v7","os":"linux","created":"2026-01-02T03:04:05.123456789+01:00",
                 "author":"me","config":{"User":"1000:1000","Env":["A=b","PATH=/bin"],"Entrypoint":["/init","-x"],
                 "Cmd":["run"],"WorkingDir":"/work","Volumes":{"/data":{},"/cache":{}},"Labels":{"l":"v"},
                 "StopSignal":"SIGQUIT","ExposedPorts":{"80/tcp":{},"53/udp":{}}},
                 "rootfs":{"type":"layers","diff_ids":["%s"]},
                 "history":[{"created":"2026-01-01T00:00:00Z","created_by":"ADD"},
                            {"created_by":"ENV","empty_layer":true,"comment":"c"}]}
                """.formatted(DIFF_ID).getBytes(UTF_8));
        assertThat(config.platform()).hasToString("linux/arm/v7");
        assertThat(config.created()).contains(Instant.parse("2026-01-02T02:04:05.123456789Z"));
        assertThat(config.author()).contains("me");
        assertThat(config.diffIds()).containsExactly(DIFF_ID);
        ImageDefaults defaults = config.defaults();
        assertThat(defaults.user()).isEqualTo("1000:1000");
        assertThat(defaults.env()).containsExactly("A=b", "PATH=/bin");
        assertThat(defaults.entrypoint()).containsExactly("/init", "-x");
        assertThat(defaults.cmd()).containsExactly("run");
        assertThat(defaults.workingDir()).isEqualTo("/work");
        assertThat(defaults.volumes()).containsExactly("/cache", "/data");
        assertThat(defaults.exposedPorts()).containsExactly("53/udp", "80/tcp");
        assertThat(defaults.labels()).isEqualTo(Map.of("l", "v"));
        assertThat(defaults.stopSignal()).contains("SIGQUIT");
        assertThat(config.history())
                .containsExactly(
                        new ImageConfig.History(Optional.of(Instant.parse("2026-01-01T00:00:00Z")), "ADD", "", false),
                        new ImageConfig.History(Optional.empty(), "ENV", "c", true));
    }

    @Test
    void nullsAndGapsMeanNothing() {
        ImageConfig config = ImageConfig.parse("""
                {"architecture":"amd64","os":"linux","created":"yesterday",
                 "config":{"User":"","Env":null,"Cmd":null,"Entrypoint":null,"Volumes":null,"Labels":null}}
                """.getBytes(UTF_8));
        assertThat(config.defaults()).isEqualTo(ImageDefaults.NONE);
        assertThat(config.created()).isEmpty();
        assertThat(config.diffIds()).isEmpty();
        assertThat(ImageConfig.parse("{}".getBytes(UTF_8)).defaults()).isEqualTo(ImageDefaults.NONE);
    }

    @Test
    void theNumberOfDiffIdsMustBeThatOfTheLayers() {
        ImageConfig config = ImageConfig.parse(
                "{\"rootfs\":{\"diff_ids\":[\"%s\"]}}".formatted(DIFF_ID).getBytes(UTF_8));
        Descriptor any = Descriptor.of("", DIFF_ID, 1);
        ImageManifest none = new ImageManifest(
                ManifestType.OCI_MANIFEST, any, List.of(), Optional.empty(), Optional.empty(), Map.of());
        assertThatThrownBy(() -> config.checkLayers(none))
                .hasMessage("image config " + DIFF_ID + " lists 1 diff ids for the 0 layers of the manifest");
        config.checkLayers(new ImageManifest(
                ManifestType.OCI_MANIFEST, any, List.of(any), Optional.empty(), Optional.empty(), Map.of()));
    }

    @Test
    void wrongTypesAreRefusedWithTheirPlace() {
        assertThatThrownBy(() -> ImageConfig.parse("{\"config\":{\"Env\":\"A=b\"}}".getBytes(UTF_8)))
                .hasMessage("config: Env: a list is needed, not a string");
        assertThatThrownBy(() -> ImageConfig.parse("{\"rootfs\":{\"diff_ids\":[\"md5:00\"]}}".getBytes(UTF_8)))
                .hasMessageStartingWith("rootfs: diff_ids[0]: digest algorithm \"md5\" is not supported");
    }
}
