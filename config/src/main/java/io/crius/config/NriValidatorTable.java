package io.crius.config;

import java.util.List;

/** {@code [crio.nri.default_validator]}: what NRI plugins may change. */
public record NriValidatorTable(Settings settings) {
    public static final Option<Boolean> NRI_ENABLE_DEFAULT_VALIDATOR = Option.of(
                    "nri_enable_default_validator",
                    ValueType.BOOL,
                    false,
                    "Whether the adjustments of plugins are checked.")
            .pending();
    public static final Option<Boolean> NRI_VALIDATOR_REJECT_OCI_HOOK_ADJUSTMENT = Option.of(
                    "nri_validator_reject_oci_hook_adjustment",
                    ValueType.BOOL,
                    false,
                    "Whether plugins may not add OCI hooks.")
            .pending();
    public static final Option<Boolean> NRI_VALIDATOR_REJECT_RUNTIME_DEFAULT_SECCOMP_ADJUSTMENT = Option.of(
                    "nri_validator_reject_runtime_default_seccomp_adjustment",
                    ValueType.BOOL,
                    false,
                    "Whether plugins may not change the default seccomp profile.")
            .pending();
    public static final Option<Boolean> NRI_VALIDATOR_REJECT_UNCONFINED_SECCOMP_ADJUSTMENT = Option.of(
                    "nri_validator_reject_unconfined_seccomp_adjustment",
                    ValueType.BOOL,
                    false,
                    "Whether plugins may not confine an unconfined container.")
            .pending();
    public static final Option<Boolean> NRI_VALIDATOR_REJECT_CUSTOM_SECCOMP_ADJUSTMENT = Option.of(
                    "nri_validator_reject_custom_seccomp_adjustment",
                    ValueType.BOOL,
                    false,
                    "Whether plugins may not change a custom seccomp profile.")
            .pending();
    public static final Option<Boolean> NRI_VALIDATOR_REJECT_NAMESPACE_ADJUSTMENT = Option.of(
                    "nri_validator_reject_namespace_adjustment",
                    ValueType.BOOL,
                    false,
                    "Whether plugins may not change namespaces.")
            .pending();
    public static final Option<List<String>> NRI_VALIDATOR_REQUIRED_PLUGINS = Option.of(
                    "nri_validator_required_plugins",
                    ValueType.STRINGS,
                    List.<String>of(),
                    "Plugins without which no container is made.")
            .pending();
    public static final Option<String> NRI_VALIDATOR_TOLERATE_MISSING_PLUGINS_ANNOTATION = Option.of(
                    "nri_validator_tolerate_missing_plugins_annotation",
                    ValueType.STRING,
                    "",
                    "The annotation by which a pod does without required plugins.")
            .pending();

    static final TableSchema SCHEMA = TableSchema.of(
            "crio.nri.default_validator",
            "What NRI plugins may change.",
            NRI_ENABLE_DEFAULT_VALIDATOR,
            NRI_VALIDATOR_REJECT_OCI_HOOK_ADJUSTMENT,
            NRI_VALIDATOR_REJECT_RUNTIME_DEFAULT_SECCOMP_ADJUSTMENT,
            NRI_VALIDATOR_REJECT_UNCONFINED_SECCOMP_ADJUSTMENT,
            NRI_VALIDATOR_REJECT_CUSTOM_SECCOMP_ADJUSTMENT,
            NRI_VALIDATOR_REJECT_NAMESPACE_ADJUSTMENT,
            NRI_VALIDATOR_REQUIRED_PLUGINS,
            NRI_VALIDATOR_TOLERATE_MISSING_PLUGINS_ANNOTATION);

    public boolean enableDefaultValidator() {
        return settings.get(NRI_ENABLE_DEFAULT_VALIDATOR);
    }

    public boolean rejectOciHookAdjustment() {
        return settings.get(NRI_VALIDATOR_REJECT_OCI_HOOK_ADJUSTMENT);
    }

    public boolean rejectRuntimeDefaultSeccompAdjustment() {
        return settings.get(NRI_VALIDATOR_REJECT_RUNTIME_DEFAULT_SECCOMP_ADJUSTMENT);
    }

    public boolean rejectUnconfinedSeccompAdjustment() {
        return settings.get(NRI_VALIDATOR_REJECT_UNCONFINED_SECCOMP_ADJUSTMENT);
    }

    public boolean rejectCustomSeccompAdjustment() {
        return settings.get(NRI_VALIDATOR_REJECT_CUSTOM_SECCOMP_ADJUSTMENT);
    }

    public boolean rejectNamespaceAdjustment() {
        return settings.get(NRI_VALIDATOR_REJECT_NAMESPACE_ADJUSTMENT);
    }

    public List<String> requiredPlugins() {
        return settings.get(NRI_VALIDATOR_REQUIRED_PLUGINS);
    }

    public String tolerateMissingPluginsAnnotation() {
        return settings.get(NRI_VALIDATOR_TOLERATE_MISSING_PLUGINS_ANNOTATION);
    }
}
