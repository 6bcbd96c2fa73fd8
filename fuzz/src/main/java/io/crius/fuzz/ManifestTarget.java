package io.crius.fuzz;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.image.ImageConfig;
import io.crius.oci.image.ImageIndex;
import io.crius.oci.image.ImageManifest;
import io.crius.oci.image.Manifest;
import io.crius.oci.image.Platform;
import io.crius.oci.image.Schema1Manifest;
import io.crius.oci.runtime.RuntimeSpec;
import java.util.ArrayList;
import java.util.List;

/** Manifests, indexes, image configurations and runtime specs: all are asked what a pull or a container asks of them. */
final class ManifestTarget implements Target {
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @Override
    public String name() {
        return "manifest";
    }

    @Override
    public void parse(byte[] input) {
        List<CriusException> refusals = new ArrayList<>();
        attempt(() -> use(Manifest.parseStored(input)), refusals);
        attempt(() -> Manifest.digested(input, ""), new ArrayList<>());
        attempt(() -> use(ImageConfig.parse(input)), refusals);
        attempt(() -> RuntimeSpec.parse(input), refusals);
        if (refusals.size() == 3) {
            throw refusals.getFirst();
        }
    }

    private static void attempt(Runnable work, List<CriusException> refusals) {
        try {
            work.run();
        } catch (CriusException e) {
            refusals.add(e);
        }
    }

    private static void use(Manifest manifest) {
        switch (manifest) {
            case ImageManifest image -> {
                image.requireImage();
                image.layers();
            }
            case Schema1Manifest old ->
                old.config(old.layers().stream().map(_ -> Digest.parse(DIGEST)).toList());
            case ImageIndex index -> index.choose(new Platform("linux", "arm64", "v8"));
        }
    }

    private static void use(ImageConfig config) {
        config.defaults();
        config.created();
    }

    @Override
    public List<byte[]> seeds() {
        String descriptor = "{\"mediaType\":\"%s\",\"digest\":\"" + DIGEST + "\",\"size\":12,\"urls\":[\"http://x\"]}";
        String layer = descriptor.formatted("application/vnd.oci.image.layer.v1.tar+gzip");
        String config = descriptor.formatted("application/vnd.oci.image.config.v1+json");
        String oci = "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                + config + ",\"layers\":[" + layer + "],\"annotations\":{\"a\":\"b\"}}";
        String entry = descriptor
                .formatted("application/vnd.oci.image.manifest.v1+json")
                .replace("}", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}}");
        String index = "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                + entry + "]}";
        String docker = oci.replace("oci.image.manifest.v1", "docker.distribution.manifest.v2")
                .replace("oci.image.config.v1", "docker.container.image.v1")
                .replace("oci.image.layer.v1.tar+gzip", "docker.image.rootfs.diff.tar.gzip");
        return Target.texts(oci, index, docker, """
                {"created":"2026-01-02T03:04:05.678Z","architecture":"amd64","os":"linux","config":{"User":"1:2","Env":["A=b"],
                "Entrypoint":["/x"],"Cmd":null,"Volumes":{"/v":{}},"WorkingDir":"/w","StopSignal":"SIGUSR1","Labels":{"l":"v"},
                "ExposedPorts":{"80/tcp":{}}},"rootfs":{"type":"layers","diff_ids":["%s"]},"history":[{"empty_layer":true}]}""".formatted(DIGEST), """
                {"schemaVersion":1,"name":"a","tag":"b","fsLayers":[{"blobSum":"%s"}],"history":[{"v1Compatibility":"{\\"id\\":\\"%s\\",\\"a\\":[1, {}]}"}],
                "signatures":[{"protected":"eyJmb3JtYXRMZW5ndGgiOjF9"}]}""".formatted(DIGEST, DIGEST.substring(7)), """
                {"ociVersion":"1.0.2","process":{"user":{"uid":1,"gid":2},"args":["a"],"cwd":"/","rlimits":[{"type":"x","hard":1,
                "soft":1}]},"root":{"path":"r"},"linux":{"namespaces":[{"type":"pid"}],"resources":{"memory":{"limit":1}}}}""");
    }

    @Override
    public List<String> words() {
        List<String> words = new ArrayList<>(JsonTarget.WORDS);
        words.addAll(List.of(
                "\"mediaType\"",
                "\"digest\"",
                "\"size\"",
                "sha512:",
                "sha256:",
                "\"layers\"",
                "\"manifests\"",
                "\"config\"",
                "\"fsLayers\"",
                "\"history\"",
                "\"platform\"",
                "\"urls\"",
                "+zstd",
                "+encrypted"));
        return words;
    }
}
