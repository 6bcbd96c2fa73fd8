# The pause program on x86-64; io.crius.linux.PauseProgram has the bytes that an assembler makes of this.
# Without an argument: process 1 of a PID namespace. With one: holder of new namespaces.
        .intel_syntax noprefix
        .globl _start
_start:
        cmp     qword ptr [rsp], 2
        je      hold
# rt_sigaction(SIGCHLD, {SIG_IGN, SA_NOCLDWAIT}, NULL, 8)
        mov     edi, 17
        lea     rsi, [rip + ignore]
        xor     edx, edx
        mov     r10d, 8
        mov     eax, 13
        syscall
sleep:
# ppoll(NULL, 0, NULL, NULL, 8)
        xor     edi, edi
        xor     esi, esi
        xor     edx, edx
        xor     r10d, r10d
        mov     r8d, 8
        mov     eax, 271
        syscall
        jmp     sleep
hold:
# ebx = the decimal number in argv[1]: the flags of the namespaces besides the user namespace
        mov     rsi, [rsp + 16]
        xor     ebx, ebx
digit:
        movzx   eax, byte ptr [rsi]
        test    eax, eax
        jz      begin
        imul    ebx, ebx, 10
        lea     ebx, [rbx + rax - 48]
        inc     rsi
        jmp     digit
begin:
# unshare(CLONE_NEWUSER)
        mov     edi, 0x10000000
        mov     eax, 272
        syscall
        call    tell
# setresgid(0, 0, 0), setresuid(0, 0, 0)
        xor     edi, edi
        xor     esi, esi
        xor     edx, edx
        mov     eax, 119
        syscall
        test    eax, eax
        js      failed
        mov     eax, 117
        syscall
        test    eax, eax
        js      failed
# unshare(flags)
        mov     edi, ebx
        mov     eax, 272
        syscall
failed:
        call    tell
        xor     edi, edi
end:
        mov     eax, 231
        syscall
# Writes the errno in eax as one byte to descriptor 1, ends where it is not zero; then waits for a byte on
# descriptor 0 and ends where there will be none.
tell:
        neg     eax
        push    rax
        mov     edi, 1
        mov     rsi, rsp
        mov     edx, 1
        mov     eax, 1
        syscall
        mov     edi, 1
        cmp     dword ptr [rsp], 0
        jne     end
        xor     edi, edi
        mov     rsi, rsp
        mov     edx, 1
        xor     eax, eax
        syscall
        mov     edi, 1
        cmp     rax, 1
        jne     end
        pop     rax
        ret
        .balign 8
# struct sigaction of the kernel: handler, flags, restorer, mask
ignore:
        .quad   1, 2, 0, 0
