package io.crius.acceptance.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An OCI image layout folder that is filled by hand. Spec: image-spec v1.1, image-layout.md. */
public final class OciLayout {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String EMPTY = "application/vnd.oci.empty.v1+json";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";

    private final Path folder;
    private final Path blobs;
    private final Map<String, Blob> tagged = new LinkedHashMap<>();

    private OciLayout(Path folder) {
        this.folder = folder;
        this.blobs = folder.resolve("blobs/sha256");
    }

    /** Makes an empty layout. */
    public static OciLayout create(Path folder) throws IOException {
        OciLayout layout = new OciLayout(folder);
        Files.createDirectories(layout.blobs);
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        return layout;
    }

    /** What fills a layer. */
    @FunctionalInterface
    public interface Content {
        void write(TarWriter tar) throws IOException;
    }

    /** Content by its digest. */
    public record Blob(String mediaType, String digest, long size) {
        String descriptor(String more) {
            return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}".formatted(mediaType, digest, size, more);
        }
    }

    /** A layer: as it travels, and the digest of its tar archive. */
    public record Layer(Blob blob, String diffId) {}

    public Path folder() {
        return folder;
    }

    /** Writes a layer; its content is not kept in memory. */
    public Layer layer(Compression compression, Content content) throws IOException {
        Path temporary = blobs.resolve("new");
        MessageDigest outer = sha256();
        MessageDigest inner = sha256();
        try (OutputStream file = new DigestOutputStream(Files.newOutputStream(temporary), outer);
                OutputStream buffered = new BufferedOutputStream(file, 64 * 1024);
                OutputStream compressed = compression.compress(buffered);
                OutputStream digested = new DigestOutputStream(compressed, inner);
                OutputStream tarOut = new BufferedOutputStream(digested, 64 * 1024)) {
            TarWriter tar = new TarWriter(tarOut);
            content.write(tar);
            tar.end();
        }
        String digest = hex(outer);
        long size = Files.size(temporary);
        Files.move(temporary, blobs.resolve(digest), StandardCopyOption.REPLACE_EXISTING);
        return new Layer(new Blob(compression.mediaType(), "sha256:" + digest, size), "sha256:" + hex(inner));
    }

    /** Writes configuration and manifest of an image for this machine's kind of Linux. */
    public Blob image(ImageConfig config, List<Layer> layers) throws IOException {
        return image("amd64", config, layers);
    }

    /** As {@link #image(ImageConfig, List)} for another architecture. */
    public Blob image(String architecture, ImageConfig config, List<Layer> layers) throws IOException {
        String diffIds = layers.stream().map(l -> '"' + l.diffId() + '"').collect(Collectors.joining(","));
        Blob configBlob = blob(
                CONFIG,
                "{\"architecture\":\"%s\",\"os\":\"linux\",\"config\":%s,\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}"
                        .formatted(architecture, config.json(), diffIds));
        String blobsOfLayers = layers.stream().map(l -> l.blob().descriptor("")).collect(Collectors.joining(","));
        return blob(
                MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
                        .formatted(MANIFEST, configBlob.descriptor(""), blobsOfLayers));
    }

    /** Writes an artifact whose layers are files with names. */
    public Blob artifact(String type, Map<String, String> files) throws IOException {
        StringBuilder layers = new StringBuilder();
        for (Map.Entry<String, String> file : files.entrySet()) {
            layers.append(layers.isEmpty() ? "" : ",")
                    .append(blob("application/octet-stream", file.getValue())
                            .descriptor(
                                    ",\"annotations\":{\"org.opencontainers.image.title\":\"" + file.getKey() + "\"}"));
        }
        return blob(
                MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"artifactType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
                        .formatted(MANIFEST, type, blob(EMPTY, "{}").descriptor(""), layers));
    }

    /** Writes an index of images by architecture. */
    public Blob index(Map<String, Blob> byArchitecture) throws IOException {
        String entries = byArchitecture.entrySet().stream()
                .map(e -> e.getValue()
                        .descriptor(",\"platform\":{\"architecture\":\"" + e.getKey() + "\",\"os\":\"linux\"}"))
                .collect(Collectors.joining(","));
        return blob(INDEX, "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}".formatted(INDEX, entries));
    }

    /** Gives an image or index a name in this layout. */
    public void tag(String name, Blob image) throws IOException {
        tagged.put(name, image);
        String entries = tagged.entrySet().stream()
                .map(e -> e.getValue()
                        .descriptor(",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + e.getKey() + "\"}"))
                .collect(Collectors.joining(","));
        Files.writeString(folder.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + entries + "]}");
    }

    private Blob blob(String mediaType, String json) throws IOException {
        byte[] content = json.getBytes(StandardCharsets.UTF_8);
        MessageDigest digest = sha256();
        digest.update(content);
        String hex = hex(digest);
        Files.write(blobs.resolve(hex), content);
        return new Blob(mediaType, "sha256:" + hex, content.length);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
