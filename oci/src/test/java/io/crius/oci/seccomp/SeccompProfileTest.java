package io.crius.oci.seccomp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.oci.Capability;
import io.crius.oci.runtime.LinuxSeccomp;
import io.crius.oci.runtime.SeccompAction;
import io.crius.oci.runtime.SeccompArgument;
import io.crius.oci.runtime.SeccompRule;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeccompProfileTest {
    private static final SeccompProfile DEFAULT = SeccompProfile.runtimeDefault();
    private static final int ENOSYS = 38;

    private static SeccompProfile parse(String json) {
        return SeccompProfile.parse(json.getBytes(UTF_8), "/p.json");
    }

    private static List<SeccompRule> rulesFor(LinuxSeccomp filter, String call) {
        return filter.rules().stream()
                .filter(rule -> rule.names().contains(call))
                .toList();
    }

    @Test
    void callsThatTheDefaultProfileDoesNotNameDoNotExist() {
        LinuxSeccomp filter = DEFAULT.filter(Capability.DEFAULTS, "amd64");
        assertThat(filter.defaultAction()).isEqualTo(SeccompAction.ERRNO);
        assertThat(filter.defaultErrno()).hasValue(ENOSYS);
        assertThat(filter.architectures()).containsExactly("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
    }

    @Test
    void plainCallsAreAllowedAndDangerousOnesAreRefused() {
        LinuxSeccomp filter = DEFAULT.filter(Capability.DEFAULTS, "amd64");
        assertThat(rulesFor(filter, "read"))
                .singleElement()
                .satisfies(rule -> assertThat(rule.action()).isEqualTo(SeccompAction.ALLOW));
        assertThat(rulesFor(filter, "kexec_load")).singleElement().satisfies(rule -> {
            assertThat(rule.action()).isEqualTo(SeccompAction.ERRNO);
            assertThat(rule.errno()).hasValue(1);
        });
        assertThat(rulesFor(filter, "bpf"))
                .singleElement()
                .satisfies(rule -> assertThat(rule.action()).isEqualTo(SeccompAction.ERRNO));
    }

    @Test
    void namespacesAreMadeOnlyWithSysAdmin() {
        LinuxSeccomp filter = DEFAULT.filter(Capability.DEFAULTS, "amd64");
        assertThat(rulesFor(filter, "unshare")).isEmpty();
        assertThat(rulesFor(filter, "clone3"))
                .singleElement()
                .satisfies(rule -> assertThat(rule.errno()).hasValue(ENOSYS));
        List<SeccompRule> clone = rulesFor(filter, "clone");
        assertThat(clone).hasSize(2);
        assertThat(clone.get(0).action()).isEqualTo(SeccompAction.ALLOW);
        assertThat(clone.get(0).arguments())
                .containsExactly(new SeccompArgument(0, 0x7E020000L, 0, SeccompArgument.Operator.MASKED_EQ));
        assertThat(clone.get(1).action()).isEqualTo(SeccompAction.ERRNO);
        assertThat(clone.get(1).arguments()).hasSize(7).allSatisfy(argument -> {
            assertThat(argument.index()).isZero();
            assertThat(argument.value()).isEqualTo(argument.valueTwo());
        });
        assertThat(clone.get(1).arguments().stream()
                        .mapToLong(SeccompArgument::value)
                        .sum())
                .isEqualTo(0x7E020000L);
    }

    @Test
    void withSysAdminNamespacesAreAllowed() {
        Set<Capability> capabilities = EnumSet.copyOf(Capability.DEFAULTS);
        capabilities.add(Capability.CAP_SYS_ADMIN);
        LinuxSeccomp filter = DEFAULT.filter(capabilities, "amd64");
        for (String call : List.of("unshare", "clone3", "clone", "setns", "bpf", "sethostname")) {
            assertThat(rulesFor(filter, call))
                    .isNotEmpty()
                    .allSatisfy(rule -> assertThat(rule.action()).isEqualTo(SeccompAction.ALLOW));
        }
    }

    @Test
    void onS390TheFlagsOfCloneAreTheSecondArgument() {
        LinuxSeccomp filter = DEFAULT.filter(Capability.DEFAULTS, "s390x");
        assertThat(filter.architectures()).containsExactly("SCMP_ARCH_S390X", "SCMP_ARCH_S390");
        assertThat(rulesFor(filter, "clone"))
                .hasSize(2)
                .allSatisfy(rule -> assertThat(rule.arguments())
                        .allSatisfy(argument -> assertThat(argument.index()).isEqualTo(1)));
    }

    @Test
    void rulesOfOtherArchitecturesAreLeftOut() {
        assertThat(rulesFor(DEFAULT.filter(Set.of(), "amd64"), "riscv_flush_icache"))
                .isEmpty();
        assertThat(rulesFor(DEFAULT.filter(Set.of(), "riscv64"), "riscv_flush_icache"))
                .hasSize(1);
        assertThat(DEFAULT.filter(Set.of(), "riscv64").architectures()).isEmpty();
        assertThat(rulesFor(DEFAULT.filter(Set.of(), "386"), "modify_ldt")).hasSize(1);
        assertThat(rulesFor(DEFAULT.filter(Set.of(), "arm64"), "arch_prctl")).isEmpty();
        assertThat(DEFAULT.filter(Set.of(), "arm64").architectures())
                .containsExactly("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM");
    }

    @Test
    void everyConditionalRuleOfTheDefaultProfileFlipsWithItsCapability() {
        LinuxSeccomp none = DEFAULT.filter(Set.of(), "amd64");
        LinuxSeccomp all = DEFAULT.filter(EnumSet.allOf(Capability.class), "amd64");
        for (String call : List.of(
                "chroot",
                "open_by_handle_at",
                "init_module",
                "acct",
                "kcmp",
                "iopl",
                "clock_settime",
                "vhangup",
                "quotactl",
                "bpf",
                "perf_event_open")) {
            assertThat(rulesFor(none, call))
                    .as(call)
                    .isNotEmpty()
                    .allSatisfy(rule -> assertThat(rule.action()).isEqualTo(SeccompAction.ERRNO));
            assertThat(rulesFor(all, call))
                    .as(call)
                    .isNotEmpty()
                    .allSatisfy(rule -> assertThat(rule.action()).isEqualTo(SeccompAction.ALLOW));
        }
        assertThat(rulesFor(none, "socket")).hasSize(4);
        assertThat(rulesFor(all, "socket")).hasSize(2);
    }

    @Test
    void aProfileInTheFormOfTheSpecIsRead() {
        LinuxSeccomp filter = parse("""
                {"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"flags":["SECCOMP_FILTER_FLAG_LOG"],
                 "listenerPath":"/run/l","listenerMetadata":"m",
                 "syscalls":[{"name":"chmod","action":"SCMP_ACT_ERRNO","errnoRet":5,"errno":"EACCES"},
                             {"names":["ptrace","kill"],"action":"SCMP_ACT_LOG",
                              "args":[{"index":1,"value":18446744073709551615,"op":"SCMP_CMP_GE"}]}]}
                """).filter(Set.of(), "arm64");
        assertThat(filter.architectures()).containsExactly("SCMP_ARCH_X86_64");
        assertThat(filter.flags()).containsExactly("SECCOMP_FILTER_FLAG_LOG");
        assertThat(filter.listenerPath()).contains("/run/l");
        assertThat(filter.listenerMetadata()).contains("m");
        assertThat(filter.rules())
                .containsExactly(
                        new SeccompRule(List.of("chmod"), SeccompAction.ERRNO, OptionalInt.of(13), List.of()),
                        new SeccompRule(
                                List.of("ptrace", "kill"),
                                SeccompAction.LOG,
                                OptionalInt.empty(),
                                List.of(new SeccompArgument(1, -1L, 0, SeccompArgument.Operator.GE))));
    }

    @Test
    void wrongProfilesAreRefusedWithTheirName() {
        assertThatThrownBy(() -> parse("{}"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("seccomp profile /p.json: \"defaultAction\" is missing");
        assertThatThrownBy(() -> parse("{\"defaultAction\":\"SCMP_ACT_MAYBE\"}"))
                .hasMessage("seccomp profile /p.json: defaultAction: unknown seccomp action \"SCMP_ACT_MAYBE\"");
        assertThatThrownBy(() -> parse("""
                        {"defaultAction":"SCMP_ACT_ALLOW","architectures":["a"],"archMap":[{"architecture":"b"}]}"""))
                .hasMessageEndingWith("both \"architectures\" and \"archMap\" are given; use one of them");
        assertThatThrownBy(() -> parse("""
                        {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{},{}]}""")).hasMessageEndingWith("syscalls[0]: \"action\" is missing");
        assertThatThrownBy(() -> parse("""
                        {"defaultAction":"SCMP_ACT_ALLOW",
                         "syscalls":[{"name":"a","names":["b"],"action":"SCMP_ACT_LOG"}]}"""))
                .hasMessageEndingWith("both \"name\" and \"names\" are given; use one of them");
        assertThatThrownBy(() -> parse("""
                        {"defaultAction":"SCMP_ACT_ALLOW",
                         "syscalls":[{"name":"a","action":"SCMP_ACT_ERRNO","errno":"EFUN"}]}""")).hasMessageEndingWith("syscalls[0]: unknown errno \"EFUN\"");
        assertThatThrownBy(() -> parse("{\"defaultAction\":")).hasMessageContaining("invalid JSON at line 1");
    }

    @Test
    void errnoNamesHaveTheKernelsNumbers() {
        assertThat(Errnos.number("EPERM")).isEqualTo(1);
        assertThat(Errnos.number("EINVAL")).isEqualTo(22);
        assertThat(Errnos.number("ENOSYS")).isEqualTo(38);
        assertThat(Errnos.number("ENOMSG")).isEqualTo(42);
        assertThat(Errnos.number("ENOTSUP")).isEqualTo(95);
        assertThat(Errnos.number("EHWPOISON")).isEqualTo(133);
    }

    @Test
    void notifyingRulesReplaceRefusals() {
        LinuxSeccomp filter = DEFAULT.filter(Capability.DEFAULTS, "amd64").notifying("/run/listener");
        assertThat(filter.listenerPath()).contains("/run/listener");
        assertThat(filter.defaultAction()).isEqualTo(SeccompAction.ERRNO);
        assertThat(filter.rules()).noneMatch(rule -> rule.action() == SeccompAction.ERRNO);
        assertThat(rulesFor(filter, "kexec_load"))
                .containsExactly(new SeccompRule(
                        rulesFor(filter, "kexec_load").getFirst().names(),
                        SeccompAction.NOTIFY,
                        OptionalInt.empty(),
                        List.of()));
    }
}
