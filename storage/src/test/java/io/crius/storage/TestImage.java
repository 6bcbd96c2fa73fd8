package io.crius.storage;

import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.storage.archive.UnpackLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** An OCI image made of uncompressed tars, put into a store the way a pull does it. */
final class TestImage {
    private final List<byte[]> layers;
    private final byte[] config;
    private final byte[] manifest;

    private TestImage(List<byte[]> layers) {
        this.layers = layers;
        this.config = utf8("""
                {"created":"2026-11-01T00:00:00Z","architecture":"amd64","os":"linux","config":{"Cmd":["/bin/sh"]},\
                "rootfs":{"type":"layers","diff_ids":[%s]},"history":[%s]}""".formatted(
                        layers.stream()
                                .map(layer -> "\"" + Digest.sha256Of(layer) + "\"")
                                .collect(Collectors.joining(",")),
                        layers.stream().map(_ -> "{\"created_by\":\"test\"}").collect(Collectors.joining(","))));
        this.manifest = utf8("""
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
                "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},"layers":[%s]}""".formatted(
                        Digest.sha256Of(config),
                        config.length,
                        layers.stream()
                                .map(layer -> """
                        {"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}""".formatted(Digest.sha256Of(layer), layer.length))
                                .collect(Collectors.joining(","))));
    }

    static TestImage of(byte[]... layers) {
        return new TestImage(List.of(layers));
    }

    ImageId id() {
        return new ImageId(Digest.sha256Of(config).hex());
    }

    Digest manifestDigest() {
        return Digest.sha256Of(manifest);
    }

    List<Digest> diffIds() {
        return layers.stream().map(Digest::sha256Of).toList();
    }

    /** Layers, then the image. */
    StoredImage putInto(Store store, String... names) {
        Optional<LayerId> top = Optional.empty();
        for (byte[] layer : layers) {
            top = Optional.of(putLayer(store, top, layer));
        }
        return store.putImage(record(top, names));
    }

    NewImage record(Optional<LayerId> top, String... names) {
        var data = new ArrayList<ImageData>();
        data.add(new ImageData(Digest.sha256Of(config).toString(), Digest.sha256Of(config), config));
        data.add(new ImageData("manifest-" + Digest.sha256Of(manifest), Digest.sha256Of(manifest), manifest));
        data.add(new ImageData("manifest", Digest.sha256Of(manifest), manifest));
        return new NewImage(
                id(),
                Digest.sha256Of(manifest),
                List.of(names),
                top,
                "{}",
                Instant.parse("2026-11-01T00:00:00Z"),
                data);
    }

    static LayerId putLayer(Store store, Optional<LayerId> parent, byte[] tar) {
        try (LayerStaging staging = store.stageLayer()) {
            staging.unpack(new ByteArrayInputStream(tar), UnpackLimits.GENEROUS);
            return store.commitLayer(
                    staging, parent, new LayerBlob(Digest.sha256Of(tar), tar.length, Compression.NONE));
        } catch (IOException e) {
            throw new AssertionError("bytes in memory", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
