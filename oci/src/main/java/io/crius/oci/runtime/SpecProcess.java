package io.crius.oci.runtime;

import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The container's process, or one that is executed in it: the same JSON is what {@code exec --process} reads.
 *
 * @param env entries of the form {@code NAME=value}
 * @param execCpuAffinity CPUs that commands of exec run on, as a list; of no meaning for the first process. Spec: since 1.2.1;
 *     older runtimes ignore it
 * @param unknown the keys of the document that have no component here
 */
public record SpecProcess(
        boolean terminal,
        User user,
        List<String> args,
        List<String> env,
        String cwd,
        Optional<Capabilities> capabilities,
        List<Rlimit> rlimits,
        boolean noNewPrivileges,
        Optional<String> apparmorProfile,
        OptionalInt oomScoreAdj,
        Optional<String> selinuxLabel,
        Optional<String> execCpuAffinity,
        JsonObject unknown) {
    /** Root in {@code /}, without arguments, environment or capabilities. */
    public static final SpecProcess NONE = new SpecProcess(
            false,
            User.ROOT,
            List.of(),
            List.of(),
            "/",
            Optional.empty(),
            List.of(),
            false,
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            JsonObject.EMPTY);

    private static final String EXEC_CPU_AFFINITY = "execCPUAffinity";

    private static final Set<String> KEYS = Set.of(
            "terminal",
            "user",
            "args",
            "env",
            "cwd",
            "capabilities",
            "rlimits",
            "noNewPrivileges",
            "apparmorProfile",
            "oomScoreAdj",
            "selinuxLabel",
            EXEC_CPU_AFFINITY);

    public SpecProcess {
        args = List.copyOf(args);
        env = List.copyOf(env);
        rlimits = List.copyOf(rlimits);
    }

    /** This process with the builder's changes. */
    public SpecProcess with(UnaryOperator<Builder> change) {
        return change.apply(new Builder(this)).build();
    }

    /** Parses the document of {@code exec --process}, or the {@code process} of a spec. */
    public static SpecProcess parse(byte[] utf8) {
        return fromJson(Json.parseObject(utf8, "process"));
    }

    /** Reads the {@code process} of a spec. */
    public static SpecProcess fromJson(JsonObject json) {
        return new SpecProcess(
                json.flag("terminal"),
                json.object("user", User::fromJson).orElse(User.ROOT),
                json.strings("args"),
                json.strings("env"),
                json.string("cwd").orElse("/"),
                json.object("capabilities", Capabilities::fromJson),
                json.objects("rlimits", Rlimit::fromJson),
                json.flag("noNewPrivileges"),
                json.string("apparmorProfile"),
                json.integer32("oomScoreAdj"),
                json.string("selinuxLabel"),
                json.object(EXEC_CPU_AFFINITY).flatMap(affinity -> affinity.string("final")),
                json.without(KEYS));
    }

    /** The document of {@code exec --process}. */
    public JsonObject toJson() {
        return JsonObject.builder()
                .flag("terminal", terminal)
                .put("user", user.toJson())
                .strings("args", args)
                .strings("env", env)
                .put("cwd", cwd)
                .put("capabilities", capabilities, Capabilities::toJson)
                .list("rlimits", rlimits, Rlimit::toJson)
                .flag("noNewPrivileges", noNewPrivileges)
                .put("apparmorProfile", apparmorProfile)
                .put("oomScoreAdj", oomScoreAdj)
                .put("selinuxLabel", selinuxLabel)
                .put(EXEC_CPU_AFFINITY, execCpuAffinity, SpecProcess::affinity)
                .putAll(unknown)
                .build();
    }

    /** Before the command is in its cgroup and afterwards. */
    private static JsonObject affinity(String cpus) {
        return JsonObject.builder().put("initial", cpus).put("final", cpus).build();
    }

    /** Changes to a process. Not safe for several threads. */
    public static final class Builder {
        private final JsonObject unknown;
        private boolean terminal;
        private User user;
        private List<String> args;
        private List<String> env;
        private String cwd;
        private Optional<Capabilities> capabilities;
        private List<Rlimit> rlimits;
        private boolean noNewPrivileges;
        private Optional<String> apparmorProfile;
        private OptionalInt oomScoreAdj;
        private Optional<String> selinuxLabel;
        private Optional<String> execCpuAffinity;

        private Builder(SpecProcess from) {
            this.unknown = from.unknown;
            this.terminal = from.terminal;
            this.user = from.user;
            this.args = from.args;
            this.env = from.env;
            this.cwd = from.cwd;
            this.capabilities = from.capabilities;
            this.rlimits = from.rlimits;
            this.noNewPrivileges = from.noNewPrivileges;
            this.apparmorProfile = from.apparmorProfile;
            this.oomScoreAdj = from.oomScoreAdj;
            this.selinuxLabel = from.selinuxLabel;
            this.execCpuAffinity = from.execCpuAffinity;
        }

        public Builder terminal(boolean value) {
            terminal = value;
            return this;
        }

        public Builder user(User value) {
            user = value;
            return this;
        }

        public Builder args(List<String> value) {
            args = value;
            return this;
        }

        public Builder env(List<String> value) {
            env = value;
            return this;
        }

        public Builder cwd(String value) {
            cwd = value;
            return this;
        }

        public Builder capabilities(Capabilities value) {
            capabilities = Optional.of(value);
            return this;
        }

        public Builder rlimits(List<Rlimit> value) {
            rlimits = value;
            return this;
        }

        public Builder noNewPrivileges(boolean value) {
            noNewPrivileges = value;
            return this;
        }

        public Builder apparmorProfile(Optional<String> value) {
            apparmorProfile = value;
            return this;
        }

        public Builder oomScoreAdj(int value) {
            oomScoreAdj = OptionalInt.of(value);
            return this;
        }

        public Builder selinuxLabel(Optional<String> value) {
            selinuxLabel = value;
            return this;
        }

        public Builder execCpuAffinity(String cpus) {
            execCpuAffinity = Optional.of(cpus);
            return this;
        }

        private SpecProcess build() {
            return new SpecProcess(
                    terminal,
                    user,
                    args,
                    env,
                    cwd,
                    capabilities,
                    rlimits,
                    noNewPrivileges,
                    apparmorProfile,
                    oomScoreAdj,
                    selinuxLabel,
                    execCpuAffinity,
                    unknown);
        }
    }
}
