package io.crius.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestTest {
    private static final Digest DIGEST = Digest.parse("sha256:" + "ab".repeat(32));

    private static final String OCI = """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%1$s","size":7},
             "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%1$s","size":32,
                        "urls":["http://elsewhere"],"annotations":{"a":"b"}}],
             "annotations":{"c":"d"}}""".formatted(DIGEST);

    private static final String SCHEMA_2 = """
            {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
             "config":{"mediaType":"application/vnd.docker.container.image.v1+json","digest":"%1$s","size":7},
             "layers":[]}""".formatted(DIGEST);

    private static final String INDEX = """
            {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "digest":"%1$s","size":7,"platform":{"os":"linux","architecture":"amd64"}}]}""".formatted(DIGEST);

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void anOciManifestIsReadByItsContentType() {
        Manifest manifest = Manifest.parse(bytes(OCI), "Application/vnd.oci.image.manifest.v1+json; charset=utf-8");
        ImageManifest image = manifest.single();
        assertThat(image.type()).isEqualTo(ManifestType.OCI_MANIFEST);
        assertThat(image.config().digest()).isEqualTo(DIGEST);
        assertThat(image.layers().getFirst().size()).isEqualTo(32);
        assertThat(image.layers().getFirst().urls()).containsExactly("http://elsewhere");
        assertThat(image.layers().getFirst().annotations()).containsEntry("a", "b");
        assertThat(image.annotations()).containsEntry("c", "d");
        image.requireImage();
    }

    @Test
    void aSchema2ManifestIsRead() {
        ImageManifest image =
                Manifest.parse(bytes(SCHEMA_2), ManifestType.DOCKER_SCHEMA_2).single();
        assertThat(image.isImage()).isTrue();
        assertThat(image.layers()).isEmpty();
    }

    @Test
    void anIndexIsNotASingleImage() {
        Manifest index = Manifest.parse(bytes(INDEX), ManifestType.OCI_INDEX);
        assertThat(index.type().isIndex()).isTrue();
        assertThatThrownBy(index::single)
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("Unexpectedly received a manifest list instead of a manifest for a single image");
    }

    @Test
    void otherContentTypesAreRefused() {
        assertThatThrownBy(() -> Manifest.parse(bytes(OCI), "text/html"))
                .hasMessageContaining("content type \"text/html\" is not that of an image manifest");
        assertThatThrownBy(() -> Manifest.parse(bytes(OCI), "")).hasMessageContaining("content type \"\"");
    }

    @Test
    void schema1IsToldFromTheOthers() {
        byte[] empty = bytes("{\"schemaVersion\":1,\"fsLayers\":[],\"history\":[],\"signatures\":[]}");
        assertThatThrownBy(() -> Manifest.parse(empty, ManifestType.DOCKER_SCHEMA_1_SIGNED))
                .hasMessageContaining("0 layers and 0 entries of history");
        byte[] old = bytes("{\"schemaVersion\":1,\"fsLayers\":[{\"blobSum\":\"sha256:" + "a".repeat(64)
                + "\"}],\"history\":[{\"v1Compatibility\":\"{\\\"id\\\":\\\"" + "b".repeat(64) + "\\\"}\"}]}");
        Manifest manifest = Manifest.parseStored(old);
        assertThat(manifest.type()).isEqualTo(ManifestType.DOCKER_SCHEMA_1);
        assertThat(Manifest.parse(old, "text/plain")).isEqualTo(manifest);
        assertThat(Manifest.digested(old, "text/plain")).isSameAs(old);
        assertThatThrownBy(manifest::single).hasMessageContaining("schema 1");
    }

    /** What Go writes: keys in order, no markup, no white space, times without digits that are zero. */
    @Test
    void theConfigurationOfASchema1ImageIsMadeAsGoWritesIt() {
        String text = """
                {"id":"%s","Size":12,"zz":1.50e2,"created":"2026-01-02T03:04:05.120Z","config":{"Cmd":["a & b", "\\u003c\\"\\\\"],
                 "X":null },"author":"\u2028é","container_config":{"Cmd":["sh","-c","\\t<\\u0001\\f>"]},"comment":"c"}""".formatted("b".repeat(64));
        var step = new Schema1Manifest.Step(
                Digest.parse("sha256:" + "a".repeat(64)), text, Json.parseObject(text, "text"));
        Digest diffId = Digest.parse("sha256:" + "c".repeat(64));
        byte[] config = new Schema1Manifest(ManifestType.DOCKER_SCHEMA_1, List.of(step)).config(List.of(diffId));
        assertThat(new String(config, StandardCharsets.UTF_8))
                .isEqualTo("{\"author\":\"\\u2028é\",\"comment\":\"c\",\"config\":{\"Cmd\":[\"a \\u0026 b\","
                        + "\"\\u003c\\\"\\\\\"],\"X\":null},\"container_config\":{\"Cmd\":[\"sh\",\"-c\","
                        + "\"\\t\\u003c\\u0001\\f\\u003e\"]},\"created\":\"2026-01-02T03:04:05.120Z\","
                        + "\"history\":[{\"created\":\"2026-01-02T03:04:05.12Z\",\"author\":\"\\u2028é\","
                        + "\"created_by\":\"sh -c \\t\\u003c\\u0001\\f\\u003e\",\"comment\":\"c\"}],"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + diffId + "\"]},\"zz\":1.50e2}");
    }

    @Test
    void manifestsThatCouldBeReadAsAnotherTypeAreRefused() {
        assertThatThrownBy(() -> Manifest.parse(bytes(OCI), ManifestType.DOCKER_SCHEMA_2))
                .hasMessage("ambiguous manifest: its mediaType is application/vnd.oci.image.manifest.v1+json,"
                        + " but it is read as application/vnd.docker.distribution.manifest.v2+json");
        byte[] both = bytes(OCI.replace("\"layers\"", "\"manifests\":[],\"layers\""));
        assertThatThrownBy(() -> Manifest.parse(both, ManifestType.OCI_MANIFEST))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageStartingWith("ambiguous manifest: \"manifests\" does not belong in a ");
        byte[] indexWithLayers = bytes(INDEX.replace("\"manifests\"", "\"layers\":null,\"manifests\""));
        assertThatThrownBy(() -> Manifest.parse(indexWithLayers, ManifestType.OCI_INDEX))
                .hasMessageContaining("\"layers\" does not belong");
    }

    @Test
    void storedManifestsAreGuessed() {
        assertThat(Manifest.parseStored(bytes(OCI)).type()).isEqualTo(ManifestType.OCI_MANIFEST);
        assertThat(Manifest.parseStored(bytes(SCHEMA_2)).type()).isEqualTo(ManifestType.DOCKER_SCHEMA_2);
        assertThat(Manifest.parseStored(bytes(INDEX)).type()).isEqualTo(ManifestType.OCI_INDEX);
        String withoutType = SCHEMA_2.replace("distribution.manifest.v2", "unknown.type");
        assertThatThrownBy(() -> Manifest.parseStored(bytes(withoutType)))
                .hasMessageContaining("its mediaType is application/vnd.docker.unknown.type+json");
        assertThatThrownBy(() -> Manifest.parseStored(bytes("{}"))).hasMessageContaining("of no known type");
    }

    @Test
    void artifactsAreToldFromImages() {
        String artifact = OCI.replace(MediaTypes.OCI_CONFIG, "application/vnd.example.config");
        ImageManifest manifest =
                Manifest.parse(bytes(artifact), ManifestType.OCI_MANIFEST).single();
        assertThat(manifest.isImage()).isFalse();
        assertThatThrownBy(manifest::requireImage)
                .hasMessage("unsupported image-specific operation on artifact with type"
                        + " \"application/vnd.example.config\"");
        String typed = OCI.replace(MediaTypes.OCI_CONFIG, MediaTypes.OCI_EMPTY)
                .replace("\"config\"", "\"artifactType\":\"application/example\",\"config\"");
        assertThatThrownBy(() -> Manifest.parse(bytes(typed), ManifestType.OCI_MANIFEST)
                        .single()
                        .requireImage())
                .hasMessageContaining("\"application/example\"");
        String mixed = OCI.replace(MediaTypes.OCI_CONFIG, MediaTypes.DOCKER_CONFIG);
        assertThatThrownBy(() -> Manifest.parse(bytes(mixed), ManifestType.OCI_MANIFEST)
                        .single()
                        .requireImage())
                .hasMessage("invalid mixed OCI image with Docker v2s2 config"
                        + " (application/vnd.docker.container.image.v1+json)");
    }

    @Test
    void brokenManifestsSayWhatIsWrongWhere() {
        String badDigest = OCI.replaceFirst("sha256:ab", "sha256:XX");
        assertThatThrownBy(() -> Manifest.parse(bytes(badDigest), ManifestType.OCI_MANIFEST))
                .hasMessageStartingWith("config: digest: invalid sha256 digest");
        String badSize = OCI.replace(":32,", ":-1,");
        assertThatThrownBy(() -> Manifest.parse(bytes(badSize), ManifestType.OCI_MANIFEST))
                .hasMessageStartingWith("layers[0]: size -1 of sha256:");
        assertThatThrownBy(() -> Manifest.parse(bytes("[]"), ManifestType.OCI_MANIFEST))
                .hasMessage("manifest: an object is needed, not a list");
        assertThatThrownBy(() -> Manifest.parse(bytes("{}"), ManifestType.OCI_MANIFEST))
                .hasMessage("manifest: \"config\" is missing");
        assertThatThrownBy(() -> Manifest.parse(new byte[(4 << 20) + 1], ManifestType.OCI_MANIFEST))
                .hasMessage("manifest: JSON document is larger than 4194304 bytes");
    }
}
