package io.crius.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Digest;
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
    void schema1IsRefusedByName() {
        byte[] schema1 = bytes("{\"schemaVersion\":1,\"fsLayers\":[],\"history\":[],\"signatures\":[]}");
        assertThatThrownBy(() -> Manifest.parse(schema1, ManifestType.DOCKER_SCHEMA_1_SIGNED))
                .hasMessageContaining("Docker's schema 1")
                .hasMessageContaining("skopeo copy");
        assertThatThrownBy(() -> Manifest.parseStored(schema1)).hasMessageContaining("prettyjws");
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
