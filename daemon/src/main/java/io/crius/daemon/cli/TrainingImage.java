package io.crius.daemon.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crius.model.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * An image of one layer: busybox where the machine has a static one, and some files to unpack. Without busybox its containers
 * cannot start, which trains all but the last step.
 */
final class TrainingImage {
    static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final int FILES = 200;
    private static final int FILE_BYTES = 4 << 10;
    private static final int BLOCK = 512;

    private final Map<Digest, byte[]> blobs;
    private final byte[] manifest;

    private TrainingImage(Map<Digest, byte[]> blobs, byte[] manifest) {
        this.blobs = blobs;
        this.manifest = manifest;
    }

    Map<Digest, byte[]> blobs() {
        return blobs;
    }

    byte[] manifest() {
        return manifest.clone();
    }

    static TrainingImage make(String architecture) throws IOException {
        byte[] tar = layer(Files.isExecutable(BUSYBOX) ? Optional.of(Files.readAllBytes(BUSYBOX)) : Optional.empty());
        byte[] layer = gzip(tar);
        byte[] config = ("{\"architecture\":\"" + architecture
                        + "\",\"os\":\"linux\",\"config\":{\"Env\":[\"PATH=/bin\"],"
                        + "\"Cmd\":[\"sh\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.sha256Of(tar)
                        + "\"]}}")
                .getBytes(UTF_8);
        byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST_TYPE + "\",\"config\":"
                        + descriptor("config.v1+json", config) + ",\"layers\":["
                        + descriptor("layer.v1.tar+gzip", layer) + "]}")
                .getBytes(UTF_8);
        return new TrainingImage(Map.of(Digest.sha256Of(layer), layer, Digest.sha256Of(config), config), manifest);
    }

    private static String descriptor(String type, byte[] blob) {
        return "{\"mediaType\":\"application/vnd.oci.image." + type + "\",\"digest\":\"" + Digest.sha256Of(blob)
                + "\",\"size\":" + blob.length + "}";
    }

    private static byte[] layer(Optional<byte[]> busybox) throws IOException {
        var tar = new ByteArrayOutputStream();
        for (String folder : new String[] {"bin/", "etc/", "dev/", "proc/", "sys/", "tmp/", "files/"}) {
            add(tar, folder, '5', new byte[0]);
        }
        if (busybox.isPresent()) {
            add(tar, "bin/busybox", '0', busybox.get());
        }
        add(tar, "etc/passwd", '0', "root:x:0:0:root:/root:/bin/sh\n".getBytes(UTF_8));
        add(tar, "etc/group", '0', "root:x:0:\n".getBytes(UTF_8));
        for (int i = 0; i < FILES; i++) {
            add(tar, "files/" + i, '0', new byte[FILE_BYTES]);
        }
        tar.write(new byte[2 * BLOCK]);
        return tar.toByteArray();
    }

    /** One entry, mode 0755, of root. Spec: POSIX.1-1988, ustar. */
    private static void add(ByteArrayOutputStream tar, String name, char type, byte[] content) throws IOException {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000755\0" + "0000000\0" + "0000000\0");
        put(header, 124, "%011o\0%011o\0        ".formatted(content.length, 0));
        header[156] = (byte) type;
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        tar.write(header);
        tar.write(content);
        tar.write(new byte[Math.floorMod(-content.length, BLOCK)]);
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    private static byte[] gzip(byte[] content) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        return packed.toByteArray();
    }
}
