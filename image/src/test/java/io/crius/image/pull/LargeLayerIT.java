package io.crius.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import io.crius.image.fixture.FakeRegistry;
import io.crius.image.fixture.TestImage;
import io.crius.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A layer needs no more memory for being large: it is pulled by a JVM whose whole heap is 24 MiB, with 8 MiB outside of it. How
 * large is {@code -Dcrius.layer.megabytes}.
 */
class LargeLayerIT {
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    Path folder;

    private final FakeRegistry registry = FakeRegistry.start();

    @BeforeEach
    void needRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "layers are unpacked as root only");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void aHeapOfSomeMegabytesIsEnough() throws Exception {
        int megabytes = Integer.getInteger("crius.layer.megabytes", 128);
        Path layer = layer(megabytes);
        serve(layer);

        Path output = folder.resolve("output");
        Process pull = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx24m",
                        "-XX:MaxDirectMemorySize=8m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PullSpeed.class.getName(),
                        registry.name("large:1"),
                        folder.resolve("work").toString(),
                        "1")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(pull.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            pull.destroyForcibly();
        }
        assertThat(pull.exitValue()).as(Files.readString(output)).isZero();
        assertThat(output).content().contains("round 1: ");
    }

    /** An uncompressed layer of files that hold noise. */
    private Path layer(int megabytes) throws IOException, InterruptedException {
        Path tree = Files.createDirectories(folder.resolve("tree"));
        byte[] noise = TestImage.noise(1, MEGABYTE);
        for (int file = 0; file < 8; file++) {
            try (OutputStream out = Files.newOutputStream(tree.resolve("file" + file))) {
                for (int i = 0; i < megabytes / 8; i++) {
                    noise[i % MEGABYTE]++;
                    out.write(noise);
                }
            }
        }
        Path layer = folder.resolve("layer.tar");
        Process tar = new ProcessBuilder("tar", "-C", tree.toString(), "-cf", layer.toString(), ".")
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        return layer;
    }

    private void serve(Path layer) throws IOException {
        Digest digest = digest(layer);
        long size = Files.size(layer);
        byte[] config = """
                {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["%s"]}}""".formatted(digest).getBytes(StandardCharsets.UTF_8);
        byte[] manifest = """
                {"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},\
                "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}""".formatted(Digest.sha256Of(config), config.length, digest, size)
                .getBytes(StandardCharsets.UTF_8);
        registry.blob("large", config);
        registry.manifest("large", "1", "application/vnd.oci.image.manifest.v1+json", manifest);
        registry.fault(exchange ->
                exchange.getRequestURI().getPath().endsWith("/blobs/" + digest) && sent(exchange, layer, size));
    }

    private static boolean sent(HttpExchange exchange, Path layer, long size) throws IOException {
        exchange.sendResponseHeaders(200, size);
        try (OutputStream out = exchange.getResponseBody()) {
            Files.copy(layer, out);
        }
        return true;
    }

    private static Digest digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            var sha = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[MEGABYTE];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                sha.update(buffer, 0, count);
            }
            return Digest.parse("sha256:" + HexFormat.of().formatHex(sha.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
