package io.crius.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code [crio.image]}: where images come from and what is trusted. */
public record ImageTable(Settings settings) {
    public static final Option<String> DEFAULT_TRANSPORT = Option.of(
                    "default_transport", ValueType.STRING, "docker://", "The transport of references without one.")
            .pending();
    public static final Option<Optional<Path>> GLOBAL_AUTH_FILE = Option.of(
            "global_auth_file",
            ValueType.OPTIONAL_PATH,
            Optional.<Path>empty(),
            "Registry credentials of the node, as written by \"podman login\".");
    public static final Option<Path> NAMESPACED_AUTH_DIR = Option.of(
            "namespaced_auth_dir",
            ValueType.PATH,
            Path.of("/etc/crio/auth"),
            "Registry credentials by Kubernetes namespace.");
    public static final Option<String> PAUSE_IMAGE = Option.of(
            "pause_image",
            ValueType.STRING,
            "registry.k8s.io/pause:3.10.1",
            "An image that kubelet must not remove; pause processes do without.");
    public static final Option<Optional<Path>> PAUSE_IMAGE_AUTH_FILE = Option.of(
                    "pause_image_auth_file",
                    ValueType.OPTIONAL_PATH,
                    Optional.<Path>empty(),
                    "Registry credentials for the pause image.")
            .withoutEffect("the pause process is a program of Crius' own");
    public static final Option<String> PAUSE_COMMAND = Option.of(
                    "pause_command",
                    ValueType.STRING,
                    "/pause",
                    "The command of the pause process; empty is the image's.")
            .withoutEffect("the pause process is a program of Crius' own");
    public static final Option<List<String>> PINNED_IMAGES = Option.of(
            "pinned_images",
            ValueType.STRINGS,
            List.<String>of(),
            "Images that kubelet must not collect: exact names, \"prefix*\" or \"*word*\".");
    public static final Option<Optional<Path>> SIGNATURE_POLICY = Option.of(
            "signature_policy",
            ValueType.OPTIONAL_PATH,
            Optional.<Path>empty(),
            "Which images are trusted; empty is /etc/containers/policy.json. Asked at pulls, and again before containers.");
    public static final Option<Path> SIGNATURE_POLICY_DIR = Option.of(
            "signature_policy_dir",
            ValueType.PATH,
            Path.of("/etc/crio/policies"),
            "Signature policies by Kubernetes namespace: NAMESPACE.json in there replaces signature_policy for its pods.");
    public static final Option<List<String>> INSECURE_REGISTRIES = Option.of(
                    "insecure_registries", ValueType.STRINGS, List.<String>of(), "Registries without TLS.")
            .withoutEffect("use registries.conf")
            .flag("insecure-registry");
    public static final Option<ImageVolumes> IMAGE_VOLUMES = Option.of(
            "image_volumes",
            ValueType.choice(List.of(ImageVolumes.values()), ImageVolumes::word),
            ImageVolumes.MKDIR,
            "What becomes of volumes that an image declares.");
    public static final Option<Optional<Path>> BIG_FILES_TEMPORARY_DIR = Option.of(
                    "big_files_temporary_dir",
                    ValueType.OPTIONAL_PATH,
                    Optional.<Path>empty(),
                    "Where big blobs wait during a pull.")
            .withoutEffect("layers are unpacked as they come");
    public static final Option<Boolean> AUTO_RELOAD_REGISTRIES =
            Option.of("auto_reload_registries", ValueType.BOOL, false, "Whether registries.conf is watched.");
    public static final Option<Duration> PULL_PROGRESS_TIMEOUT = Option.of(
            "pull_progress_timeout",
            ValueType.DURATION,
            Duration.ZERO,
            "A pull without progress for this long is cancelled; zero never.");
    public static final Option<Boolean> OCI_ARTIFACT_MOUNT_SUPPORT =
            Option.of("oci_artifact_mount_support", ValueType.BOOL, true, "Whether OCI artifacts can be mounted.");
    public static final Option<ShortNameMode> SHORT_NAME_MODE = Option.of(
            "short_name_mode",
            ValueType.choice(List.of(ShortNameMode.values()), ShortNameMode::word),
            ShortNameMode.ENFORCING,
            "How names without a registry are resolved.");

    static final TableSchema SCHEMA = TableSchema.of(
            "crio.image",
            "Where images come from and what is trusted.",
            DEFAULT_TRANSPORT,
            GLOBAL_AUTH_FILE,
            NAMESPACED_AUTH_DIR,
            PAUSE_IMAGE,
            PAUSE_IMAGE_AUTH_FILE,
            PAUSE_COMMAND,
            PINNED_IMAGES,
            SIGNATURE_POLICY,
            SIGNATURE_POLICY_DIR,
            INSECURE_REGISTRIES,
            IMAGE_VOLUMES,
            BIG_FILES_TEMPORARY_DIR,
            AUTO_RELOAD_REGISTRIES,
            PULL_PROGRESS_TIMEOUT,
            OCI_ARTIFACT_MOUNT_SUPPORT,
            SHORT_NAME_MODE);

    public String defaultTransport() {
        return settings.get(DEFAULT_TRANSPORT);
    }

    public Optional<Path> globalAuthFile() {
        return settings.get(GLOBAL_AUTH_FILE);
    }

    public Path namespacedAuthDir() {
        return settings.get(NAMESPACED_AUTH_DIR);
    }

    public String pauseImage() {
        return settings.get(PAUSE_IMAGE);
    }

    public Optional<Path> pauseImageAuthFile() {
        return settings.get(PAUSE_IMAGE_AUTH_FILE);
    }

    public String pauseCommand() {
        return settings.get(PAUSE_COMMAND);
    }

    public List<String> pinnedImages() {
        return settings.get(PINNED_IMAGES);
    }

    public Optional<Path> signaturePolicy() {
        return settings.get(SIGNATURE_POLICY);
    }

    public Path signaturePolicyDir() {
        return settings.get(SIGNATURE_POLICY_DIR);
    }

    public List<String> insecureRegistries() {
        return settings.get(INSECURE_REGISTRIES);
    }

    public ImageVolumes imageVolumes() {
        return settings.get(IMAGE_VOLUMES);
    }

    public Optional<Path> bigFilesTemporaryDir() {
        return settings.get(BIG_FILES_TEMPORARY_DIR);
    }

    public boolean autoReloadRegistries() {
        return settings.get(AUTO_RELOAD_REGISTRIES);
    }

    public Duration pullProgressTimeout() {
        return settings.get(PULL_PROGRESS_TIMEOUT);
    }

    public boolean ociArtifactMountSupport() {
        return settings.get(OCI_ARTIFACT_MOUNT_SUPPORT);
    }

    public ShortNameMode shortNameMode() {
        return settings.get(SHORT_NAME_MODE);
    }
}
