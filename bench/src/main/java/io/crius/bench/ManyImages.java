package io.crius.bench;

import io.crius.acceptance.image.LoopbackRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Small images that differ in their configuration, brought to a registry by its own protocol, since programs take a second each.
 */
final class ManyImages {
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final int EMPTY_TAR = 1024;

    private final LoopbackRegistry registry;
    private final HttpClient http = HttpClient.newHttpClient();

    private ManyImages(LoopbackRegistry registry) {
        this.registry = registry;
    }

    /** Full names of {@code count} images. */
    static List<String> push(LoopbackRegistry registry, int count) throws IOException, InterruptedException {
        return new ManyImages(registry).push(count);
    }

    private List<String> push(int count) throws IOException, InterruptedException {
        byte[] tar = new byte[EMPTY_TAR];
        byte[] layer = gzip(tar);
        blob(layer);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] config = utf8("""
                    {"architecture":"amd64","os":"linux","config":{"Cmd":["/none"],"Labels":{"number":"%d"}},\
                    "rootfs":{"type":"layers","diff_ids":["%s"]}}""".formatted(i, digest(tar)));
            blob(config);
            byte[] manifest = utf8(
                    """
                    {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":%d},\
                    "layers":[{"mediaType":"%s","digest":"%s","size":%d}]}""".formatted(MANIFEST, CONFIG, digest(config), config.length, LAYER, digest(layer), layer.length));
            put(uri("/v2/many/manifests/number" + i), MANIFEST, manifest);
            names.add(registry.name("many:number" + i));
        }
        return names;
    }

    private URI uri(String path) {
        return URI.create("http://" + registry.host() + path);
    }

    private void blob(byte[] content) throws IOException, InterruptedException {
        HttpResponse<Void> begun = http.send(
                HttpRequest.newBuilder(uri("/v2/many/blobs/uploads/"))
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.discarding());
        String place =
                begun.headers().firstValue("Location").orElseThrow(() -> new IOException("no place to upload to"));
        URI upload = uri("/").resolve(place);
        String query = (upload.getRawQuery() == null ? "?" : "&") + "digest=" + digest(content);
        put(URI.create(upload + query), "application/octet-stream", content);
    }

    private void put(URI uri, String type, byte[] content) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", type)
                        .PUT(BodyPublishers.ofByteArray(content))
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() != 201) {
            throw new IOException("PUT " + uri + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    private static byte[] gzip(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    private static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
